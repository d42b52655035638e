package io.katamonitor.log;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much an event matters, the least first; the names are logrus's. */
public enum Level {
  TRACE(org.apache.logging.log4j.Level.TRACE),
  DEBUG(org.apache.logging.log4j.Level.DEBUG),
  INFO(org.apache.logging.log4j.Level.INFO),
  WARN(org.apache.logging.log4j.Level.WARN),
  ERROR(org.apache.logging.log4j.Level.ERROR),
  FATAL(org.apache.logging.log4j.Level.FATAL),
  /** Above all that log4j knows: nothing is logged with it, and as the lowest it silences all. */
  PANIC(org.apache.logging.log4j.Level.OFF);

  @SuppressWarnings("ImmutableEnumChecker") // It is, but does not say so.
  private final org.apache.logging.log4j.Level log4j;

  private final String label = name().equals("WARN") ? "warning" : name().toLowerCase(Locale.ROOT);

  Level(org.apache.logging.log4j.Level log4j) {
    this.log4j = log4j;
  }

  /** The same level of log4j. */
  public org.apache.logging.log4j.Level log4j() {
    return log4j;
  }

  /** The level that {@code theirs} counts as; between two, the one that matters less. */
  public static Level of(org.apache.logging.log4j.Level theirs) {
    var levels = values();
    for (int i = levels.length - 1; i > 0; i--) {
      if (theirs.isMoreSpecificThan(levels[i].log4j)) {
        return levels[i];
      }
    }
    return TRACE;
  }

  /** The word that log lines and settings use. */
  public String label() {
    return label;
  }

  /** The level that {@code text} names in any case, {@code warn} too; null where it names none. */
  public static @Nullable Level parse(String text) {
    for (var level : values()) {
      if (level.label.equalsIgnoreCase(text) || level.name().equalsIgnoreCase(text)) {
        return level;
      }
    }
    return null;
  }
}

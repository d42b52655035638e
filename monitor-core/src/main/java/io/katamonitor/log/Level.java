package io.katamonitor.log;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Severity of an event, the lowest first; the names are those of logrus. */
public enum Level {
  TRACE(org.apache.logging.log4j.Level.TRACE),
  DEBUG(org.apache.logging.log4j.Level.DEBUG),
  INFO(org.apache.logging.log4j.Level.INFO),
  WARN(org.apache.logging.log4j.Level.WARN),
  ERROR(org.apache.logging.log4j.Level.ERROR),
  FATAL(org.apache.logging.log4j.Level.FATAL),
  /** Maps to log4j's OFF: no event has it, and as the minimum level it disables the log. */
  PANIC(org.apache.logging.log4j.Level.OFF);

  @SuppressWarnings("ImmutableEnumChecker") // Immutable, but not annotated as such.
  private final org.apache.logging.log4j.Level log4j;

  private final String label = name().equals("WARN") ? "warning" : name().toLowerCase(Locale.ROOT);

  Level(org.apache.logging.log4j.Level log4j) {
    this.log4j = log4j;
  }

  /** The same level of log4j. */
  public org.apache.logging.log4j.Level log4j() {
    return log4j;
  }

  /** The level for a level of log4j; for one between two of ours, the less severe. */
  public static Level of(org.apache.logging.log4j.Level theirs) {
    var levels = values();
    for (int i = levels.length - 1; i > 0; i--) {
      if (theirs.isMoreSpecificThan(levels[i].log4j)) {
        return levels[i];
      }
    }
    return TRACE;
  }

  /** The name that log lines and flags use. */
  public String label() {
    return label;
  }

  /** The level with this name or label, in upper or lower case; null if there is none. */
  public static @Nullable Level parse(String text) {
    for (var level : values()) {
      if (level.label.equalsIgnoreCase(text) || level.name().equalsIgnoreCase(text)) {
        return level;
      }
    }
    return null;
  }
}

package io.katamonitor.log;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much an event matters, the least first; the names are logrus's. */
public enum Level {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  FATAL,
  PANIC;

  private final String label = name().equals("WARN") ? "warning" : name().toLowerCase(Locale.ROOT);

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

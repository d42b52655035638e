package io.katamonitor.config;

import io.katamonitor.log.Level;
import java.util.List;

/** A level of the log, by logrus's names in any case. */
record LogLevelType() implements FlagType<Level> {
  private static final List<String> NAMES =
      List.of("trace", "debug", "info", "warn", "error", "fatal", "panic");

  @Override
  public String placeholder() {
    return "LEVEL";
  }

  @Override
  public Level parse(String text) {
    var level = Level.parse(text);
    if (level == null) {
      throw new IllegalArgumentException(
          "expected trace, debug, info, warn, error, fatal or panic"
              + NearMiss.question(text, NAMES, ""));
    }
    return level;
  }

  @Override
  public String format(Level value) {
    return value.label();
  }
}

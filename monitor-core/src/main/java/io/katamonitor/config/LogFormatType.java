package io.katamonitor.config;

import io.katamonitor.log.LogFormat;
import java.util.List;

/** The form of the log's lines. */
record LogFormatType() implements FlagType<LogFormat> {
  private static final List<String> NAMES = List.of("text", "json");

  @Override
  public String placeholder() {
    return "FORMAT";
  }

  @Override
  public LogFormat parse(String text) {
    return switch (text) {
      case "text" -> LogFormat.TEXT;
      case "json" -> LogFormat.JSON;
      default ->
          throw new IllegalArgumentException(
              "expected text or json" + NearMiss.question(text, NAMES, ""));
    };
  }

  @Override
  public String format(LogFormat value) {
    return value == LogFormat.JSON ? "json" : "text";
  }
}

package io.katamonitor.config;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Durations as Go's {@code time.ParseDuration} reads them: {@code 3s}, {@code 0.5s}, {@code 1m30s}.
 */
final class DurationText {
  private static final String EXPECTED = "expected a duration such as 3s, 500ms or 1m30s";
  private static final Duration LONGEST = Duration.ofHours(24);

  private DurationText() {}

  /** A duration from 0 to a day. */
  static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    var nanos = BigDecimal.ZERO;
    int at = 0;
    do {
      int unit = at;
      while (unit < text.length() && isNumeric(text.charAt(unit))) {
        unit++;
      }
      int end = unit;
      while (end < text.length() && !isNumeric(text.charAt(end))) {
        end++;
      }
      nanos =
          nanos.add(
              number(text.substring(at, unit)).multiply(unitNanos(text.substring(unit, end))));
      at = end;
    } while (at < text.length());
    if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) {
      throw new IllegalArgumentException("expected a duration of at most 24h");
    }
    return Duration.ofNanos(nanos.longValue());
  }

  private static boolean isNumeric(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private static BigDecimal number(String digits) {
    try {
      return new BigDecimal(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(EXPECTED, e);
    }
  }

  private static BigDecimal unitNanos(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs", "μs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> throw new IllegalArgumentException(EXPECTED);
        });
  }
}

package io.katamonitor.config;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Durations from a minimum to a day, as Go's {@code time.ParseDuration} reads them: {@code 3s},
 * {@code 0.5s}, {@code 1m30s}.
 */
record DurationType(Duration min) implements FlagType<Duration> {
  private static final String EXPECTED = "expected a duration such as 3s, 500ms or 1m30s";
  private static final Duration MAX = Duration.ofHours(24);

  @Override
  public String placeholder() {
    return "DURATION";
  }

  @Override
  public Duration parse(String text) {
    var duration = text.equals("0") ? Duration.ZERO : Duration.ofNanos(nanos(text));
    if (duration.compareTo(min) < 0) {
      throw new IllegalArgumentException("expected a duration of at least " + format(min));
    }
    return duration;
  }

  private static long nanos(String text) {
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
    if (nanos.compareTo(BigDecimal.valueOf(MAX.toNanos())) > 0) {
      throw new IllegalArgumentException("expected a duration of at most 24h");
    }
    return nanos.longValue();
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

  /** A whole number of the largest unit up to a second that fits. */
  @Override
  public String format(Duration value) {
    long nanos = value.toNanos();
    if (nanos % 1_000_000_000 == 0) {
      return nanos / 1_000_000_000 + "s";
    }
    if (nanos % 1_000_000 == 0) {
      return nanos / 1_000_000 + "ms";
    }
    return nanos % 1_000 == 0 ? nanos / 1_000 + "us" : nanos + "ns";
  }
}

package io.katamonitor.config;

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
    long nanos = 0;
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
      nanos += nanos(text.substring(at, unit), unitNanos(text.substring(unit, end)));
      if (nanos > MAX.toNanos()) {
        throw new IllegalArgumentException("expected a duration of at most 24h");
      }
      at = end;
    } while (at < text.length());
    return nanos;
  }

  /**
   * A number of units, in nanoseconds; fractions of a nanosecond are dropped. The result is exact
   * up to {@link #MAX}, and above it wherever the exact one is. Without BigDecimal, whose tables
   * take 8 ms at the start.
   */
  private static long nanos(String number, long unit) {
    int point = number.indexOf('.');
    if (number.length() == (point < 0 ? 0 : 1) || number.indexOf('.', point + 1) > point) {
      throw new IllegalArgumentException(EXPECTED);
    }
    long nanos = 0;
    int whole = point < 0 ? number.length() : point;
    for (int i = 0; i < whole; i++) {
      nanos = Math.min(nanos * 10 + (number.charAt(i) - '0') * unit, MAX.toNanos() + 1);
    }
    long place = unit;
    for (int i = whole + 1; i < number.length(); i++) {
      place /= 10;
      nanos += (number.charAt(i) - '0') * place;
    }
    return nanos;
  }

  private static boolean isNumeric(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private static long unitNanos(String unit) {
    return switch (unit) {
      case "ns" -> 1L;
      case "us", "µs", "μs" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> throw new IllegalArgumentException(EXPECTED);
    };
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

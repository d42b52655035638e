package io.katamonitor.top;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Formats numbers for display, briefly; {@code -} if unknown. */
final class Figures {
  static final String NONE = "-";

  /** Older data is marked as old. */
  static final Duration OLD = Duration.ofMinutes(10);

  private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

  private Figures() {}

  /** Cores with two decimals: {@code 0.25}. */
  static String cores(double cores) {
    return Double.isNaN(cores) ? NONE : decimals(cores, 2);
  }

  /** Bytes with a binary unit: {@code 512Mi}, {@code 1.4Gi}. */
  static String bytes(double bytes) {
    if (Double.isNaN(bytes)) {
      return NONE;
    }
    int unit = 0;
    double left = bytes;
    while (left >= 1000 && unit < UNITS.length - 1) {
      left /= 1024;
      unit++;
    }
    return decimals(left, unit > 0 && left < 9.95 ? 1 : 0) + UNITS[unit];
  }

  /** A fraction as a percentage: {@code 45%}. */
  static String percent(double part) {
    return Double.isNaN(part) ? NONE : decimals(part * 100, 0) + "%";
  }

  static String count(double number) {
    return Double.isNaN(number) ? NONE : decimals(number, 0);
  }

  /** Seconds as {@code 12ms} or {@code 1.2s}. */
  static String seconds(double seconds) {
    if (Double.isNaN(seconds)) {
      return NONE;
    }
    return seconds < 0.9995 ? decimals(seconds * 1000, 0) + "ms" : decimals(seconds, 1) + "s";
  }

  /** An age in its largest unit: {@code 3s}, {@code 5m}, {@code 7h}, {@code 12d}. */
  static String age(@Nullable Duration age) {
    if (age == null) {
      return NONE;
    }
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  /** The age of a scrape, with a mark if it is old. */
  static String scrapeAge(@Nullable Duration age) {
    return isOld(age) ? age(age) + " old" : age(age);
  }

  static boolean isOld(@Nullable Duration age) {
    return age != null && age.compareTo(OLD) > 0;
  }

  private static String decimals(double number, int decimals) {
    if (decimals == 0) {
      return String.valueOf(Math.round(number));
    }
    long scale = decimals == 1 ? 10 : 100;
    long scaled = Math.round(number * scale);
    String digits = String.valueOf(Math.abs(scaled) % scale);
    return (scaled < 0 ? "-" : "")
        + Math.abs(scaled) / scale
        + "."
        + "0".repeat(decimals - digits.length())
        + digits;
  }
}

package io.katamonitor.web;

/** Formats numbers for display; {@code page.js} formats them in the same way. */
final class Quantity {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final long[] POWERS = {1, 10, 100, 1000};

  private Quantity() {}

  /** As {@code 1.21 GiB}: three significant digits. */
  static String bytes(long bytes) {
    double value = (double) Math.max(0, bytes);
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return digits(value, unit == 0 ? 0 : 2) + " " + UNITS[unit];
  }

  /** As {@code 0.250} or {@code 12.3}: cores, to the thousandth, so that a column lines up. */
  static String cores(double cores) {
    int decimals = cores < 1 ? 3 : cores < 10 ? 2 : cores < 100 ? 1 : 0;
    long scale = POWERS[decimals];
    long scaled = Math.round(Math.max(0, cores) * scale);
    if (scaled == 0 || decimals == 0) {
      return Long.toString(scaled);
    }
    var fraction = Long.toString(scale + scaled % scale).substring(1);
    return scaled / scale + "." + fraction;
  }

  /** As {@code 12 ms} or {@code 1.2 s}. */
  static String duration(double seconds) {
    return seconds < 1 ? Math.round(seconds * 1000) + " ms" : digits(seconds, 2) + " s";
  }

  /** As {@code 45 s}, {@code 12 min}, {@code 5 h} or {@code 3 d}: the time since then. */
  static String age(double seconds) {
    double passed = Math.max(0, seconds);
    if (passed < 90) {
      return (long) passed + " s";
    }
    if (passed < 90 * 60) {
      return (long) (passed / 60) + " min";
    }
    return passed < 48 * 3600 ? (long) (passed / 3600) + " h" : (long) (passed / 86400) + " d";
  }

  /** Three significant digits, at most so many of them after the point. */
  private static String digits(double value, int decimals) {
    int kept = Math.min(decimals, value < 10 ? 2 : value < 100 ? 1 : 0);
    var text = new StringBuilder();
    new JsonWriter(text).number(value, kept);
    return text.toString();
  }
}

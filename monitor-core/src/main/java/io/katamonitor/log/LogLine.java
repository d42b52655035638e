package io.katamonitor.log;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log: time, level and message first, the fields by key after them, as logrus
 * orders them. Text values are quoted where logrus quotes, and everything that is not printable is
 * escaped as in a Go or JSON string, so that a line is one line whatever stands in it.
 */
final class LogLine {
  private static final long SECONDS_A_DAY = 86_400;
  private static final int NANO_DIGITS = 9;

  private final StringBuilder text = new StringBuilder(160);
  private final boolean json;

  LogLine(LogFormat format, Instant time, Level level, String message) {
    json = format == LogFormat.JSON;
    if (json) {
      text.append('{');
    }
    field("time", rfc3339(time));
    field("level", level.label());
    field("msg", message);
  }

  /**
   * Adds the fields, and the source where the event comes from a library.
   *
   * @param fields key, value, key, value ...
   */
  void fields(String source, @Nullable Object[] fields) {
    boolean foreign = !source.startsWith("io.katamonitor.");
    int count = fields.length / 2;
    var sorted = new String[count + (foreign ? 1 : 0)][];
    for (int i = 0; i < count; i++) {
      sorted[i] = new String[] {String.valueOf(fields[2 * i]), String.valueOf(fields[2 * i + 1])};
    }
    if (foreign) {
      sorted[count] = new String[] {"source", source};
    }
    Arrays.sort(sorted, (left, right) -> left[0].compareTo(right[0]));
    for (var pair : sorted) {
      field(pair[0], pair[1]);
    }
  }

  String end() {
    return text.append(json ? "}\n" : "\n").toString();
  }

  private void field(String key, String value) {
    if (json) {
      text.append(text.length() > 1 ? "," : "");
      quote(key);
      text.append(':');
      quote(value);
      return;
    }
    text.append(text.isEmpty() ? "" : " ").append(key).append('=');
    if (isPlain(value)) {
      text.append(value);
    } else {
      quote(value);
    }
  }

  /** Whether logrus leaves a value unquoted: letters, digits and {@code -._/@^+}; the empty too. */
  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._/@^+".indexOf(c) >= 0;
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c >= ' ' && c < 0x7f) {
            text.append(c);
          } else {
            // Go writes \x1b for some of these; this form is the one JSON knows as well.
            text.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
              text.append(Character.forDigit((c >> shift) & 0xf, 16));
            }
          }
        }
      }
    }
    text.append('"');
  }

  /** RFC 3339 with nine digits of a second, in UTC, without the classes of a formatter. */
  private static String rfc3339(Instant time) {
    var day = LocalDate.ofEpochDay(Math.floorDiv(time.getEpochSecond(), SECONDS_A_DAY));
    long second = Math.floorMod(time.getEpochSecond(), SECONDS_A_DAY);
    var text = new StringBuilder(30).append(day).append('T');
    digits(text, second / 3600, 2).append(':');
    digits(text, second / 60 % 60, 2).append(':');
    digits(text, second % 60, 2).append('.');
    return digits(text, time.getNano(), NANO_DIGITS).append('Z').toString();
  }

  private static StringBuilder digits(StringBuilder text, long number, int width) {
    String digits = Long.toString(number);
    return text.repeat('0', width - digits.length()).append(digits);
  }
}

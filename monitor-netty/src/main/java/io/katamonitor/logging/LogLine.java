package io.katamonitor.logging;

import io.katamonitor.log.Event;
import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * One line of the log: time, level and message, then the fields sorted by key, as logrus does. Text
 * values are quoted as by logrus, and unprintable characters are escaped as in a Go or JSON string,
 * so that any content makes one line of ASCII.
 *
 * <p>A line has at most {@link #MAX_BYTES} bytes. The value at the limit ends with {@code ...} and
 * the fields after it are left out; the line stays well-formed.
 */
final class LogLine {
  static final int MAX_BYTES = 4096;

  /**
   * Space for what may follow a truncated value: the mark, a quote, a brace, the end of the line.
   */
  private static final int RESERVED = Event.CUT.length() + 3;

  /**
   * Characters that a key adds to a line besides its own: comma or blank, quotes, colon or equals
   * sign.
   */
  private static final int KEY_EXTRA = 6;

  private static final int LONGEST_ESCAPE = 6;
  private static final long SECONDS_A_DAY = 86_400;
  private static final int NANO_DIGITS = 9;

  private final StringBuilder text = new StringBuilder(160);
  private final boolean json;
  private boolean full;

  LogLine(LogFormat format, Instant time, Level level, String message) {
    json = format == LogFormat.JSON;
    if (json) {
      text.append('{');
    }
    field("time", rfc3339(time));
    field("level", level.label());
    field("msg", message);
  }

  /** Adds the fields of {@code event}, and the source if it is a library. */
  LogLine fields(String source, Event event) {
    boolean foreign = !source.startsWith("io.katamonitor.");
    int count = event.fieldCount();
    var sorted = new String[count + (foreign ? 1 : 0)][];
    for (int i = 0; i < count; i++) {
      sorted[i] = new String[] {event.key(i), event.value(i)};
    }
    if (foreign) {
      sorted[count] = new String[] {"source", source};
    }
    Arrays.sort(sorted, (left, right) -> left[0].compareTo(right[0]));
    for (var pair : sorted) {
      field(pair[0], pair[1]);
    }
    return this;
  }

  /** The whole line and its end. */
  byte[] bytes() {
    return text.append(json ? "}\n" : "\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private boolean hasRoomFor(int bytes) {
    return text.length() + bytes + RESERVED <= MAX_BYTES;
  }

  private void field(String key, String value) {
    if (full || !hasRoomFor(key.length() * LONGEST_ESCAPE + KEY_EXTRA)) {
      full = true;
      return;
    }
    if (json) {
      text.append(text.length() > 1 ? "," : "");
      quote(key);
      text.append(':');
      quote(value);
      return;
    }
    text.append(text.isEmpty() ? "" : " ").append(key).append('=');
    if (isPlain(value) && hasRoomFor(value.length())) {
      text.append(value);
    } else {
      quote(value);
    }
  }

  /** Whether logrus leaves a value unquoted: only letters, digits and {@code -._/@^+}, or empty. */
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
      if (!hasRoomFor(LONGEST_ESCAPE)) {
        text.append(Event.CUT);
        full = true;
        break;
      }
      escape(value.charAt(i));
    }
    text.append('"');
  }

  private void escape(char c) {
    switch (c) {
      case '"', '\\' -> text.append('\\').append(c);
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        if (c >= ' ' && c < 0x7f) {
          text.append(c);
        } else {
          // Go writes \x1b for some of these; this form is also valid in JSON.
          text.append("\\u");
          for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(Character.forDigit((c >> shift) & 0xf, 16));
          }
        }
      }
    }
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

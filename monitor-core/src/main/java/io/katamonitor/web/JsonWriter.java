package io.katamonitor.web;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) to a {@code StringBuilder}. Absent values are omitted: never null, never
 * 0. Strings are escaped so that they are also safe inside HTML, where a client might insert them.
 */
final class JsonWriter {
  private static final int MAX_DECIMALS = 9;

  /** Up to this number a float64 represents every integer. */
  private static final long MAX_EXACT = 1L << 53;

  private static final long[] POWERS = new long[MAX_DECIMALS + 1];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private final StringBuilder out;
  private boolean needsComma;

  JsonWriter(StringBuilder out) {
    this.out = out;
  }

  JsonWriter beginObject() {
    return begin('{');
  }

  JsonWriter endObject() {
    return end('}');
  }

  JsonWriter beginArray() {
    return begin('[');
  }

  JsonWriter endArray() {
    return end(']');
  }

  /** Starts a line for the next element of an array. */
  JsonWriter line() {
    separate();
    out.append("\n ");
    needsComma = false;
    return this;
  }

  private JsonWriter begin(char bracket) {
    separate();
    out.append(bracket);
    needsComma = false;
    return this;
  }

  private JsonWriter end(char bracket) {
    out.append(bracket);
    needsComma = true;
    return this;
  }

  private void separate() {
    if (needsComma) {
      out.append(',');
    }
    needsComma = true;
  }

  /** Writes the name of the member whose value follows. */
  JsonWriter name(String name) {
    string(name);
    out.append(':');
    needsComma = false;
    return this;
  }

  JsonWriter string(String text) {
    separate();
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      character(text.charAt(i));
    }
    out.append('"');
    return this;
  }

  private void character(char c) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
    } else if (c < ' '
        || c == '<'
        || c == '>'
        || c == '&'
        || c == 0x7f
        || c == 0x2028
        || c == 0x2029) {
      out.append("\\u");
      for (int shift = 12; shift >= 0; shift -= 4) {
        out.append(Character.forDigit((c >> shift) & 0xf, 16));
      }
    } else {
      out.append(c);
    }
  }

  JsonWriter number(long value) {
    separate();
    out.append(value);
    return this;
  }

  /**
   * Writes a number without an exponent or zeros at its end.
   *
   * @param value finite
   * @param decimals to which it is rounded, 0 to 9
   */
  JsonWriter number(double value, int decimals) {
    separate();
    int kept = decimals;
    while (kept > 0 && Math.abs(value) * POWERS[kept] >= MAX_EXACT) {
      kept--; // A float64 has no more digits.
    }
    if (Math.abs(value) >= MAX_EXACT) {
      out.append(value); // For example 1.0E20, which is also a JSON number.
      return this;
    }
    long digits = Math.round(Math.abs(value) * POWERS[kept]);
    while (kept > 0 && digits % 10 == 0) {
      digits /= 10;
      kept--;
    }
    if (value < 0 && digits > 0) {
      out.append('-');
    }
    out.append(digits / POWERS[kept]);
    if (kept > 0) {
      out.append('.');
      var fraction = Long.toString(digits % POWERS[kept]);
      out.repeat('0', kept - fraction.length()).append(fraction);
    }
    return this;
  }

  /** Null is absent. */
  JsonWriter member(String name, @Nullable String value) {
    return value == null ? this : name(name).string(value);
  }

  JsonWriter member(String name, long value) {
    return name(name).number(value);
  }

  JsonWriter member(String name, boolean value) {
    name(name).separate();
    out.append(value);
    return this;
  }

  JsonWriter member(String name, OptionalLong value) {
    return value.isEmpty() ? this : member(name, value.getAsLong());
  }

  /** NaN and infinite numbers are absent: JSON has none. */
  JsonWriter member(String name, OptionalDouble value, int decimals) {
    return value.isEmpty() || !Double.isFinite(value.getAsDouble())
        ? this
        : name(name).number(value.getAsDouble(), decimals);
  }

  /** In UTC, to the millisecond (RFC 3339); null is absent. */
  JsonWriter member(String name, @Nullable Instant time) {
    return time == null ? this : name(name).time(time);
  }

  JsonWriter time(Instant time) {
    return string(time.truncatedTo(ChronoUnit.MILLIS).toString());
  }
}

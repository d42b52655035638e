package io.katamonitor.self;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Prometheus text (format 0.0.4) in a growing array that is used again at the next scrape: at a
 * thousand sandboxes this is thousands of lines, none of which becomes a String.
 */
final class ExpositionText {
  private static final int FIRST_CAPACITY = 16 * 1024;
  private static final long NANOS = 1_000_000_000;
  private static final long NANOS_OF_MILLI = 1_000_000;

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int length;

  void clear() {
    length = 0;
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** What a family begins with. Help texts are ours: they need no escaping. */
  void family(String name, String type, String help) {
    text("# HELP ").text(name).text(" ").text(help);
    text("\n# TYPE ").text(name).text(" ").text(type).text("\n");
  }

  /** Text as it is; where it may hold anything but ASCII, use {@link #labelValue}. */
  ExpositionText text(String ascii) {
    room(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  ExpositionText raw(byte[] text) {
    room(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
    return this;
  }

  /** A label's value, escaped, with its quotes. */
  ExpositionText labelValue(String value) {
    text("\"");
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      switch (b) {
        case '"' -> text("\\\"");
        case '\\' -> text("\\\\");
        case '\n' -> text("\\n");
        default -> {
          room(1);
          bytes[length++] = b;
        }
      }
    }
    return text("\"");
  }

  ExpositionText number(long value) {
    if (value < 0) {
      return value == Long.MIN_VALUE ? text("-9223372036854775808") : text("-").number(-value);
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits(value, digits);
  }

  /** A duration as seconds with all its nine digits. */
  ExpositionText seconds(long nanos) {
    return number(nanos / NANOS).text(".").digits(nanos % NANOS, 9);
  }

  /** A duration as milliseconds with all its six digits. */
  ExpositionText milliseconds(long nanos) {
    return number(nanos / NANOS_OF_MILLI).text(".").digits(nanos % NANOS_OF_MILLI, 6);
  }

  private ExpositionText digits(long value, int width) {
    room(width);
    long rest = value;
    for (int i = length + width - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += width;
    return this;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}

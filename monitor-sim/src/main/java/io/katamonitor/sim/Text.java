package io.katamonitor.sim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A buffer for text, with numbers in the format of Go or Rust. For one thread. */
final class Text {
  /** From this number on the shortest digits of a double may be fewer than those of its integer. */
  private static final double EXACT_INTEGERS = 0x1p53;

  private byte[] bytes = new byte[96 * 1024];
  private int length;
  private boolean isPlain;

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  /** Sets the format of numbers: that of Rust, with all digits and no exponent, or that of Go. */
  void plain(boolean newIsPlain) {
    isPlain = newIsPlain;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  Text append(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
    return this;
  }

  Text append(String text) {
    return append(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A finite float as {@link #plain} says: without it, as {@code strconv.FormatFloat(value, 'g',
   * -1, 64)} writes it, the shortest digits that read back the same, with an exponent below 1e-04
   * and from 1e+06 on.
   */
  void number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS) {
      integer((long) value);
    } else {
      append(isPlain ? rustFloat(value) : goFloat(value));
    }
  }

  /** A finite float as Rust's {@code to_string} writes it. */
  static String rustFloat(double value) {
    return new java.math.BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** Any other float, from Java's shortest digits. */
  static String goFloat(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return "0";
    }
    var decimal = new java.math.BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    var digits = decimal.unscaledValue().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    var sign = value < 0 ? "-" : "";
    if (exponent < -4 || exponent >= 6) {
      var mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
      var power = Integer.toString(Math.abs(exponent));
      return sign
          + mantissa
          + (exponent < 0 ? "e-" : "e+")
          + (power.length() < 2 ? "0" : "")
          + power;
    }
    return sign + decimal.toPlainString();
  }

  private void integer(long value) {
    room(32);
    if (value < 0) {
      bytes[length++] = '-';
      value = -value;
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    if (digits <= 6 || isPlain) {
      decimalDigits(value, length + digits);
      length += digits;
      return;
    }
    // d.ddde+XX: the digits one place to the right, then the first moved before the point.
    int end = length + 1 + digits;
    decimalDigits(value, end);
    bytes[length] = bytes[length + 1];
    bytes[length + 1] = '.';
    while (bytes[end - 1] == '0') {
      end--;
    }
    if (bytes[end - 1] == '.') {
      end--;
    }
    int exponent = digits - 1;
    bytes[end++] = 'e';
    bytes[end++] = '+';
    bytes[end++] = (byte) ('0' + exponent / 10);
    bytes[end++] = (byte) ('0' + exponent % 10);
    length = end;
  }

  private void decimalDigits(long value, int end) {
    do {
      bytes[--end] = (byte) ('0' + value % 10);
      value /= 10;
    } while (value > 0);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}

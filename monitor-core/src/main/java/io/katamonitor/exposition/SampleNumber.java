package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Sample values and timestamps of the text format.
 *
 * <p>A value is what Go's {@code strconv.ParseFloat} accepts without hexadecimal digits and {@code
 * _}: decimal numbers that fit a float64, and in upper or lower case {@code NaN}, {@code Inf} and
 * {@code Infinity}, the latter two optionally with a sign. A timestamp is a count of milliseconds
 * since 1970, from 0 to 2^63 - 1 (Prometheus rejects a sign). Stateless.
 */
public final class SampleNumber {
  /** Longer values are rejected: no float64 has more digits, even without an exponent. */
  static final int MAX_LENGTH = 1100;

  /**
   * A number with fewer digits than this, and at most {@link #SAFE_EXPONENT_DIGITS} digits of
   * exponent, does not overflow a float64.
   */
  private static final int SAFE_DIGITS = 200;

  private static final int SAFE_EXPONENT_DIGITS = 2;

  /** Integers up to this one, and these powers of ten, are exact in a float64. */
  private static final long MAX_EXACT_INTEGER = 1L << 53;

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private SampleNumber() {}

  /** Whether the range is a legal value. */
  public static boolean isLegal(byte[] text, int from, int to) {
    int i = from;
    if (i < to && (text[i] == '+' || text[i] == '-')) {
      i++;
    }
    if (i < to && (text[i] | 0x20) == 'n') {
      return i == from && equalsIgnoreCase("nan", text, i, to);
    }
    if (i < to && (text[i] | 0x20) == 'i') {
      return equalsIgnoreCase("inf", text, i, to) || equalsIgnoreCase("infinity", text, i, to);
    }
    int digits = i;
    i = skipDigits(text, i, to);
    int count = i - digits;
    if (i < to && text[i] == '.') {
      int fraction = ++i;
      i = skipDigits(text, i, to);
      count += i - fraction;
    }
    if (count == 0) {
      return false;
    }
    int exponentDigits = 0;
    if (i < to && (text[i] | 0x20) == 'e') {
      i++;
      if (i < to && (text[i] == '+' || text[i] == '-')) {
        i++;
      }
      int exponent = i;
      i = skipDigits(text, i, to);
      exponentDigits = i - exponent;
      if (exponentDigits == 0) {
        return false;
      }
    }
    return i == to
        && to - from <= MAX_LENGTH
        && ((count < SAFE_DIGITS && exponentDigits <= SAFE_EXPONENT_DIGITS)
            || !Double.isInfinite(parseSlowly(text, from, to)));
  }

  /** Whether the range is a timestamp. */
  public static boolean isTimestamp(byte[] text, int from, int to) {
    if (from == to || to - from > MAX_LENGTH || skipDigits(text, from, to) != to) {
      return false;
    }
    int first = from;
    while (first < to - 1 && text[first] == '0') {
      first++;
    }
    int digits = to - first;
    return digits < 19 || (digits == 19 && parseTimestamp(text, first, to) >= 0);
  }

  /** The timestamp in milliseconds; the range must be one. */
  public static long parseTimestamp(byte[] text, int from, int to) {
    long millis = 0;
    for (int i = from; i < to; i++) {
      millis = millis * 10 + (text[i] - '0');
    }
    return millis;
  }

  /**
   * The value as a float64, rounded as {@link Double#parseDouble} rounds; the range must be legal.
   *
   * <p>Fast path: up to 2^53 the digits are an exact integer, and so are powers of ten up to 1e22;
   * one multiplication or division of the two is rounded correctly (Clinger, "How to read floating
   * point numbers accurately", 1990).
   */
  public static double parse(byte[] text, int from, int to) {
    int i = from;
    boolean isNegative = text[i] == '-';
    if (isNegative || text[i] == '+') {
      i++;
    }
    long digits = 0;
    int scale = 0;
    boolean inFraction = false;
    for (; i < to; i++) {
      int c = text[i];
      if (c >= '0' && c <= '9') {
        digits = digits * 10 + (c - '0');
        if (digits > MAX_EXACT_INTEGER) {
          return parseSlowly(text, from, to);
        }
        scale -= inFraction ? 1 : 0;
      } else if (c == '.') {
        inFraction = true;
      } else if ((c | 0x20) == 'e') {
        break;
      } else {
        return parseSlowly(text, from, to);
      }
    }
    if (i < to) {
      int exponent = parseExponent(text, i + 1, to);
      if (exponent == Integer.MIN_VALUE) {
        return parseSlowly(text, from, to);
      }
      scale += exponent;
    }
    double value = digits;
    if (scale < 0) {
      if (-scale >= POWERS_OF_TEN.length) {
        return parseSlowly(text, from, to);
      }
      value /= POWERS_OF_TEN[-scale];
    } else if (scale > 0) {
      if (scale >= POWERS_OF_TEN.length) {
        return parseSlowly(text, from, to);
      }
      value *= POWERS_OF_TEN[scale];
    }
    return isNegative ? -value : value;
  }

  /** The exponent after {@code e}; {@link Integer#MIN_VALUE} if it has more than two digits. */
  private static int parseExponent(byte[] text, int from, int to) {
    int i = from;
    boolean isNegative = text[i] == '-';
    if (isNegative || text[i] == '+') {
      i++;
    }
    if (to - i > 2) {
      return Integer.MIN_VALUE;
    }
    int exponent = 0;
    for (; i < to; i++) {
      exponent = exponent * 10 + (text[i] - '0');
    }
    return isNegative ? -exponent : exponent;
  }

  private static double parseSlowly(byte[] text, int from, int to) {
    int first = text[from] == '-' || text[from] == '+' ? from + 1 : from;
    double value;
    if ((text[first] | 0x20) == 'n') {
      return Double.NaN;
    } else if ((text[first] | 0x20) == 'i') {
      value = Double.POSITIVE_INFINITY;
    } else {
      value = Double.parseDouble(new String(text, first, to - first, US_ASCII));
    }
    return text[from] == '-' ? -value : value;
  }

  private static int skipDigits(byte[] text, int from, int to) {
    while (from < to && text[from] >= '0' && text[from] <= '9') {
      from++;
    }
    return from;
  }

  private static boolean equalsIgnoreCase(String word, byte[] text, int from, int to) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((text[from + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}

package io.katamonitor.exposition;

import java.nio.charset.StandardCharsets;

/**
 * Which spellings of a number Prometheus's parsers take: Go's {@code strconv.ParseFloat} without
 * hexadecimal and {@code _}.
 */
final class SampleValue {
  /** With fewer digits and a shorter exponent than these, no number overflows a float64. */
  private static final int SAFE_DIGITS = 200;

  private static final int SAFE_EXPONENT_DIGITS = 2;

  /**
   * No float64 needs more when it is written out; what does would make a section of many lines
   * larger than it may be to be written at once.
   */
  static final int MAX_LENGTH = 1100;

  private SampleValue() {}

  static boolean isLegal(byte[] text, int from, int to) {
    int i = from;
    if (i < to && (text[i] == '+' || text[i] == '-')) {
      i++;
    }
    if (i < to && (text[i] | 0x20) == 'n') {
      return i == from && is("nan", text, i, to);
    }
    if (i < to && (text[i] | 0x20) == 'i') {
      return is("inf", text, i, to) || is("infinity", text, i, to);
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
            || !overflows(text, from, to));
  }

  /**
   * Whether the text is a timestamp: milliseconds since 1970, not negative (Prometheus's parser),
   * in an int64.
   */
  static boolean isTimestamp(byte[] text, int from, int to) {
    if (from == to || to - from > MAX_LENGTH || skipDigits(text, from, to) != to) {
      return false;
    }
    int first = from;
    while (first < to - 1 && text[first] == '0') {
      first++;
    }
    int digits = to - first;
    return digits < 19 || (digits == 19 && fitsInt64(text, first));
  }

  private static boolean fitsInt64(byte[] text, int from) {
    long value = 0;
    for (int i = from; i < from + 19; i++) {
      value = value * 10 + (text[i] - '0');
    }
    return value >= 0;
  }

  static int skipDigits(byte[] text, int from, int to) {
    while (from < to && text[from] >= '0' && text[from] <= '9') {
      from++;
    }
    return from;
  }

  private static boolean is(String word, byte[] text, int from, int to) {
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

  private static boolean overflows(byte[] text, int from, int to) {
    return Double.isInfinite(
        Double.parseDouble(new String(text, from, to - from, StandardCharsets.US_ASCII)));
  }
}

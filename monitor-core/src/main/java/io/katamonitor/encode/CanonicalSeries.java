package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * Reads the labels of a series in canonical form, without blanks between tokens: first those of the
 * prefix, then those of the suffix. Reusable. Confined to one thread.
 */
final class CanonicalSeries {
  static final byte[] LE = "le".getBytes(US_ASCII);
  static final byte[] QUANTILE = "quantile".getBytes(US_ASCII);

  private byte[] bytes = {};
  private int position;
  private int end;
  private int nameStart;
  private int nameEnd;
  private int valueStart;
  private int valueEnd;

  /** Opens the labels of a prefix, which starts with the name of the sample. */
  void openPrefix(byte[] series, int from, int to) {
    int at = from;
    while (at < to && series[at] != '{') {
      at++;
    }
    open(series, at, to);
  }

  /** Opens the labels of a suffix. */
  void openSuffix(byte[] series, int from, int to) {
    open(series, from, to);
  }

  private void open(byte[] series, int from, int to) {
    bytes = series;
    position = from;
    end = to;
  }

  /** Moves to the next label; false if there is none. */
  boolean next() {
    int at = position;
    while (at < end && (bytes[at] == '{' || bytes[at] == ',')) {
      at++;
    }
    if (at >= end || bytes[at] == '}' || bytes[at] == ' ') {
      position = at;
      return false;
    }
    nameStart = at;
    while (bytes[at] != '=') {
      at++;
    }
    nameEnd = at;
    at += 2;
    valueStart = at;
    while (bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    valueEnd = at;
    position = at + 1;
    return true;
  }

  boolean isNamed(byte[] name) {
    return Arrays.equals(bytes, nameStart, nameEnd, name, 0, name.length);
  }

  byte[] bytes() {
    return bytes;
  }

  int nameStart() {
    return nameStart;
  }

  int nameEnd() {
    return nameEnd;
  }

  /** Start of the escaped value. */
  int valueStart() {
    return valueStart;
  }

  int valueEnd() {
    return valueEnd;
  }

  /** Length of the value without its escapes. */
  int unescapedLength() {
    int length = 0;
    for (int i = valueStart; i < valueEnd; i++) {
      i += bytes[i] == '\\' ? 1 : 0;
      length++;
    }
    return length;
  }
}

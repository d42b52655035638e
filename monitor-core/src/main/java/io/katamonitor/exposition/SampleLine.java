package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * One sample line, taken apart: {@code name{label="value",...} value timestamp}. The grammar is
 * that of the text format 0.0.4 (Prometheus documentation, "Exposition formats") where Go's {@code
 * expfmt} and Prometheus's own parser both follow it: tokens may have blanks and tabs between them,
 * the last label may have a comma behind it.
 *
 * <p>Reusable; holds positions in the text last parsed.
 */
public final class SampleLine {
  /**
   * From so many labels on, repeated names are looked for in a table: pairwise it would be
   * quadratic.
   */
  private static final int MANY_LABELS = 16;

  /** Each label costs 24 bytes while its line is read. */
  static final int MAX_LABELS = 16 * 1024;

  /** Odd, and not known to those who choose the names: they must not find many that collide. */
  private static final int MULTIPLIER = (int) System.nanoTime() | 1;

  private static final int NORMAL_SPANS = 32;
  private static final byte[] NO_TEXT = {};

  private static final byte[] RESERVED_NAME = "__name__".getBytes(ISO_8859_1);

  private byte[] text = NO_TEXT;
  private int nameStart;
  private int nameEnd;
  private int labelCount;

  /** Four positions a label: of its name and of its value, still escaped, without the quotes. */
  private int[] spans = new int[NORMAL_SPANS];

  private int valueStart;
  private int valueEnd;
  private int stampStart;
  private int stampEnd;
  private long parsed;

  /** How many lines were taken apart so far: a test holds that ordinary ones are not. */
  long parsed() {
    return parsed;
  }

  /**
   * Takes the line of {@code [from, to)} apart, which is without its line feed.
   *
   * @throws MalformedExpositionException when it is no sample line
   */
  public void parse(byte[] text, int from, int to) throws MalformedExpositionException {
    this.text = text;
    parsed++;
    if (!Bytes.isUtf8(text, from, to)) {
      throw new MalformedExpositionException("invalid UTF-8");
    }
    nameStart = skipBlanks(text, from, to);
    nameEnd = endOfName(text, nameStart, to, true);
    if (nameEnd == nameStart) {
      throw new MalformedExpositionException("a line that begins with no metric name");
    }
    int i = skipBlanks(text, nameEnd, to);
    labelCount = 0;
    if (i < to && text[i] == '{') {
      i = skipBlanks(text, labels(i + 1, to), to);
    } else if (i == nameEnd) {
      throw new MalformedExpositionException("an illegal character in a metric name");
    }
    valueStart = i;
    valueEnd = endOfToken(text, i, to);
    if (!SampleValue.isLegal(text, valueStart, valueEnd)) {
      throw new MalformedExpositionException("a value that is no number");
    }
    stampStart = skipBlanks(text, valueEnd, to);
    stampEnd = endOfToken(text, stampStart, to);
    if (stampEnd > stampStart && !SampleValue.isTimestamp(text, stampStart, stampEnd)) {
      throw new MalformedExpositionException("a timestamp that is no count of milliseconds");
    }
    if (skipBlanks(text, stampEnd, to) != to) {
      throw new MalformedExpositionException("text behind the timestamp");
    }
  }

  private int labels(int from, int to) throws MalformedExpositionException {
    int i = skipBlanks(text, from, to);
    while (i < to && text[i] != '}') {
      i = label(i, to);
      if (i < to && text[i] == ',') {
        i = skipBlanks(text, i + 1, to);
      } else if (i < to && text[i] != '}') {
        throw new MalformedExpositionException("neither comma nor brace behind a label");
      }
    }
    if (i >= to) {
      throw new MalformedExpositionException("labels without a closing brace");
    }
    refuseRepeatedNames();
    return i + 1;
  }

  private int label(int from, int to) throws MalformedExpositionException {
    int end = endOfName(text, from, to, false);
    if (end == from) {
      throw new MalformedExpositionException("an illegal label name");
    }
    if (Arrays.equals(text, from, end, RESERVED_NAME, 0, RESERVED_NAME.length)) {
      throw new MalformedExpositionException("the reserved label name __name__");
    }
    int i = skipBlanks(text, end, to);
    if (i >= to || text[i] != '=') {
      throw new MalformedExpositionException("a label name without an equals sign");
    }
    i = skipBlanks(text, i + 1, to);
    if (i >= to || text[i] != '"') {
      throw new MalformedExpositionException("a label value without an opening quote");
    }
    int value = i + 1;
    i = value;
    while (i < to && text[i] != '"') {
      if (text[i] == '\\' && (++i >= to || !isEscape(text[i]))) {
        throw new MalformedExpositionException("an illegal escape in a label value");
      }
      i++;
    }
    if (i >= to) {
      throw new MalformedExpositionException("a label value without a closing quote");
    }
    if (labelCount == MAX_LABELS) {
      throw new MalformedExpositionException("more than " + MAX_LABELS + " labels");
    }
    if (spans.length < 4 * labelCount + 4) {
      spans = Arrays.copyOf(spans, spans.length * 2);
    }
    spans[4 * labelCount] = from;
    spans[4 * labelCount + 1] = end;
    spans[4 * labelCount + 2] = value;
    spans[4 * labelCount + 3] = i;
    labelCount++;
    return skipBlanks(text, i + 1, to);
  }

  private static boolean isEscape(byte c) {
    return c == '\\' || c == '"' || c == 'n';
  }

  private void refuseRepeatedNames() throws MalformedExpositionException {
    if (labelCount > MANY_LABELS ? hasRepeatedOfMany() : hasRepeatedOfFew()) {
      throw new MalformedExpositionException("a repeated label name");
    }
  }

  private boolean hasRepeatedOfFew() {
    for (int i = 1; i < labelCount; i++) {
      for (int j = 0; j < i; j++) {
        if (namesEqual(i, j)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean hasRepeatedOfMany() {
    // Open addressing: a label's number, plus one, at the first free place behind its name's hash.
    int[] table = new int[Integer.highestOneBit(labelCount) << 2];
    for (int i = 0; i < labelCount; i++) {
      int hash = 1;
      for (int k = spans[4 * i]; k < spans[4 * i + 1]; k++) {
        hash = hash * MULTIPLIER + text[k];
      }
      int place = (hash ^ hash >>> 15) & (table.length - 1);
      for (; table[place] != 0; place = (place + 1) & (table.length - 1)) {
        if (namesEqual(i, table[place] - 1)) {
          return true;
        }
      }
      table[place] = i + 1;
    }
    return false;
  }

  private boolean namesEqual(int a, int b) {
    return Arrays.equals(
        text, spans[4 * a], spans[4 * a + 1], text, spans[4 * b], spans[4 * b + 1]);
  }

  /** Lets go of the text, and of what an uncommonly long line needed. */
  void clear() {
    text = NO_TEXT;
    labelCount = 0;
    if (spans.length > NORMAL_SPANS) {
      spans = new int[NORMAL_SPANS];
    }
  }

  static int skipBlanks(byte[] text, int from, int to) {
    while (from < to && (text[from] == ' ' || text[from] == '\t')) {
      from++;
    }
    return from;
  }

  static int endOfToken(byte[] text, int from, int to) {
    while (from < to && text[from] != ' ' && text[from] != '\t') {
      from++;
    }
    return from;
  }

  /**
   * The end of the metric name, or label name, that begins at {@code from}; {@code from} where none
   * does.
   */
  static int endOfName(byte[] text, int from, int to, boolean colons) {
    int i = from;
    while (i < to) {
      int c = text[i];
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean digit = c >= '0' && c <= '9' && i > from;
      if (!letter && !digit && !(colons && c == ':')) {
        break;
      }
      i++;
    }
    return i;
  }

  byte[] text() {
    return text;
  }

  public String name() {
    return new String(text, nameStart, nameEnd - nameStart, ISO_8859_1);
  }

  int nameStart() {
    return nameStart;
  }

  int nameEnd() {
    return nameEnd;
  }

  public int labelCount() {
    return labelCount;
  }

  public String labelName(int label) {
    int start = spans[4 * label];
    return new String(text, start, spans[4 * label + 1] - start, ISO_8859_1);
  }

  int labelNameStart(int label) {
    return spans[4 * label];
  }

  int labelNameEnd(int label) {
    return spans[4 * label + 1];
  }

  /** Where the label's value begins, still escaped, without its quote. */
  public int labelValueStart(int label) {
    return spans[4 * label + 2];
  }

  public int labelValueEnd(int label) {
    return spans[4 * label + 3];
  }

  /** Where the value begins, and the head ends. */
  public int valueStart() {
    return valueStart;
  }

  public int valueEnd() {
    return valueEnd;
  }

  public int stampStart() {
    return stampStart;
  }

  /** Equal to {@link #stampStart} where there is no timestamp. */
  public int stampEnd() {
    return stampEnd;
  }
}

package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * Parser of one sample line: {@code name{label="value",...} value timestamp}. Blanks and tabs may
 * stand between tokens, and a comma after the last label.
 *
 * <p>Reusable: holds positions in the text parsed last. Confined to one thread.
 */
public final class SampleLine {
  /** Above this number, repeated label names are found by a hash table instead of pairwise. */
  private static final int MANY_LABELS = 16;

  /**
   * Positions of at most this many labels are kept, 16 bytes each. Labels after them are parsed and
   * counted, but not compared with the others: no sample with so many labels is ever stored.
   */
  static final int MAX_POSITIONS = 1024;

  /** Odd, and unknown to guests, so that they cannot choose names whose hashes collide. */
  private static final int MULTIPLIER = (int) System.nanoTime() | 1;

  private static final int NORMAL_POSITIONS = 32;
  private static final byte[] NO_TEXT = {};

  private static final byte[] RESERVED_NAME = "__name__".getBytes(ISO_8859_1);

  private byte[] text = NO_TEXT;
  private int nameStart;
  private int nameEnd;
  private int labelCount;

  /** Four positions per label: start and end of its name, start and end of its escaped value. */
  private int[] positions = new int[NORMAL_POSITIONS];

  private int valueStart;
  private int valueEnd;
  private int timestampStart;
  private int timestampEnd;
  private long parsed;

  /** Number of lines parsed so far: a test shows that lines of known series are not parsed. */
  public long parsed() {
    return parsed;
  }

  /**
   * Parses the line {@code [from, to)}, where {@code to} is the position of its line feed.
   *
   * @throws MalformedExpositionException if it is not a sample line
   */
  public void parse(byte[] text, int from, int to) throws MalformedExpositionException {
    this.text = text;
    parsed++;
    if (!TextScanner.isUtf8(text, from, to)) {
      throw new MalformedExpositionException("invalid UTF-8");
    }
    nameStart = TextScanner.skipBlanks(text, from, to);
    nameEnd = TextScanner.endOfMetricName(text, nameStart, to);
    if (nameEnd == nameStart) {
      throw new MalformedExpositionException("a line that starts with no metric name");
    }
    int i = TextScanner.skipBlanks(text, nameEnd, to);
    labelCount = 0;
    if (i < to && text[i] == '{') {
      i = TextScanner.skipBlanks(text, labels(i + 1, to), to);
    } else if (i == nameEnd && i < to) {
      throw new MalformedExpositionException("an illegal character in a metric name");
    }
    valueStart = i;
    valueEnd = TextScanner.endOfToken(text, i, to);
    if (!SampleNumber.isLegal(text, valueStart, valueEnd)) {
      throw new MalformedExpositionException("a value that is not a number");
    }
    timestampStart = TextScanner.skipBlanks(text, valueEnd, to);
    timestampEnd = TextScanner.endOfToken(text, timestampStart, to);
    if (timestampEnd > timestampStart
        && !SampleNumber.isTimestamp(text, timestampStart, timestampEnd)) {
      throw new MalformedExpositionException("a timestamp that is not a count of milliseconds");
    }
    if (TextScanner.skipBlanks(text, timestampEnd, to) != to) {
      throw new MalformedExpositionException("text after the timestamp");
    }
  }

  private int labels(int from, int to) throws MalformedExpositionException {
    int i = TextScanner.skipBlanks(text, from, to);
    while (i < to && text[i] != '}') {
      i = label(i, to);
      if (i < to && text[i] == ',') {
        i = TextScanner.skipBlanks(text, i + 1, to);
      } else if (i < to && text[i] != '}') {
        throw new MalformedExpositionException("neither comma nor brace after a label");
      }
    }
    if (i >= to) {
      throw new MalformedExpositionException("labels without a closing brace");
    }
    rejectRepeatedNames();
    return i + 1;
  }

  private int label(int from, int to) throws MalformedExpositionException {
    int end = TextScanner.endOfLabelName(text, from, to);
    if (end == from) {
      throw new MalformedExpositionException("an illegal label name");
    }
    if (Arrays.equals(text, from, end, RESERVED_NAME, 0, RESERVED_NAME.length)) {
      throw new MalformedExpositionException("the reserved label name __name__");
    }
    int i = TextScanner.skipBlanks(text, end, to);
    if (i >= to || text[i] != '=') {
      throw new MalformedExpositionException("a label name without an equals sign");
    }
    i = TextScanner.skipBlanks(text, i + 1, to);
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
    if (labelCount < MAX_POSITIONS) {
      keepPositions(from, end, value, i);
    }
    labelCount++;
    return TextScanner.skipBlanks(text, i + 1, to);
  }

  private void keepPositions(int nameStart, int nameEnd, int valueStart, int valueEnd) {
    if (positions.length < 4 * labelCount + 4) {
      positions = Arrays.copyOf(positions, positions.length * 2);
    }
    positions[4 * labelCount] = nameStart;
    positions[4 * labelCount + 1] = nameEnd;
    positions[4 * labelCount + 2] = valueStart;
    positions[4 * labelCount + 3] = valueEnd;
  }

  private static boolean isEscape(byte c) {
    return c == '\\' || c == '"' || c == 'n';
  }

  private void rejectRepeatedNames() throws MalformedExpositionException {
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
    // Open addressing: an entry is a label's index plus one, 0 is free.
    int kept = Math.min(labelCount, MAX_POSITIONS);
    int[] table = new int[Integer.highestOneBit(kept) << 2];
    for (int i = 0; i < kept; i++) {
      int hash = 1;
      for (int k = positions[4 * i]; k < positions[4 * i + 1]; k++) {
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
        text, positions[4 * a], positions[4 * a + 1], text, positions[4 * b], positions[4 * b + 1]);
  }

  /** Drops the reference to the text, and frees the memory that a line with many labels needed. */
  public void clear() {
    text = NO_TEXT;
    labelCount = 0;
    if (positions.length > NORMAL_POSITIONS) {
      positions = new int[NORMAL_POSITIONS];
    }
  }

  /** The text that was parsed. */
  public byte[] text() {
    return text;
  }

  public int nameStart() {
    return nameStart;
  }

  public int nameEnd() {
    return nameEnd;
  }

  /** Number of labels; positions are kept of the first {@value #MAX_POSITIONS}. */
  public int labelCount() {
    return labelCount;
  }

  /** Number of labels whose positions are kept. */
  public int keptLabels() {
    return Math.min(labelCount, MAX_POSITIONS);
  }

  public int labelNameStart(int label) {
    return positions[4 * label];
  }

  public int labelNameEnd(int label) {
    return positions[4 * label + 1];
  }

  /** Start of the label's escaped value, after the quote. */
  public int labelValueStart(int label) {
    return positions[4 * label + 2];
  }

  public int labelValueEnd(int label) {
    return positions[4 * label + 3];
  }

  /** Start of the value; the series, with the blanks after it, ends here. */
  public int valueStart() {
    return valueStart;
  }

  public int valueEnd() {
    return valueEnd;
  }

  public int timestampStart() {
    return timestampStart;
  }

  /** End of the timestamp; equal to {@link #timestampStart} if there is none. */
  public int timestampEnd() {
    return timestampEnd;
  }

  /** Whether the label has this name. */
  public boolean isLabelNamed(int label, byte[] name) {
    return Arrays.equals(text, labelNameStart(label), labelNameEnd(label), name, 0, name.length);
  }
}

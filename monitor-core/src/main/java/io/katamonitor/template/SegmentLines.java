package io.katamonitor.template;

import io.katamonitor.exposition.SamplePart;
import io.katamonitor.exposition.TextScanner;
import org.jspecify.annotations.Nullable;

/**
 * Reads the samples of a segment one by one, in canonical form ({@code SeriesWriter}), whether they
 * have a template or not. The slow path, for what cannot be written as a pattern with values
 * inserted: untemplated lines, and families in conflict.
 *
 * <p>{@link #next} moves to a sample. Its series stands in {@link #series}, its value in {@link
 * #values}; both arrays are valid until the next call, and only while this object alone uses the
 * buffer. After others have used the buffer, call {@link #reload}. Confined to one thread.
 */
public final class SegmentLines {
  /** Values are read so many bytes at a time; the longest, with its timestamp, has 1,121. */
  private static final int READ_BYTES = 4096;

  /** An array for one record; all readers of a thread share it. */
  public static final class Buffer {
    private final byte[] bytes = new byte[UntemplatedLines.MAX_RECORD_BYTES];
  }

  private final byte[] buffer;
  private @Nullable DecodedBody body;
  private @Nullable FamilyTemplate template;
  private int line;
  private int lines;

  /** Positions in the values of the body: of the next line or record, and of the segment's end. */
  private int position;

  private int end;

  /** Positions in the values of the body between which the buffer has a copy. */
  private int copiedFrom;

  private int copiedTo;

  private byte[] series;
  private int prefixStart;
  private int prefixEnd;
  private int suffixEnd;
  private int valueStart;
  private int valueEnd;
  private SamplePart part = SamplePart.PLAIN;

  public SegmentLines(Buffer shared) {
    this.buffer = shared.bytes;
    this.series = buffer;
  }

  /** Moves before the first sample of a segment. */
  public void open(DecodedBody of, int segment) {
    var opened = of.template(segment);
    body = of;
    template = opened;
    line = 0;
    lines = opened.isUntemplated() ? 0 : of.extent(segment);
    position = of.start(segment);
    end = opened.isUntemplated() ? position + of.extent(segment) : of.end(segment);
    reload();
  }

  /** Discards the copy in the shared buffer. */
  public void reload() {
    copiedFrom = 0;
    copiedTo = 0;
  }

  /** Moves to the next sample; false if there is none. */
  public boolean next() {
    if (template().isUntemplated()) {
      return nextRecord();
    }
    if (line == lines) {
      return false;
    }
    var output = template().output();
    series = output.bytes();
    prefixStart = output.start(line);
    prefixEnd = output.insertOffsets()[line];
    suffixEnd = output.ends()[line];
    line++;
    nextValue();
    findPart();
    return true;
  }

  private void nextValue() {
    int newline = newline();
    if (newline < 0) {
      copy(Math.min(READ_BYTES, end - position));
      newline = newline();
    }
    valueStart = position - copiedFrom;
    valueEnd = newline;
    position += newline + 1 - valueStart;
  }

  private int newline() {
    return position < copiedFrom || position >= copiedTo
        ? -1
        : TextScanner.newline(buffer, position - copiedFrom, copiedTo - copiedFrom);
  }

  private boolean nextRecord() {
    if (position == end) {
      return false;
    }
    copy(UntemplatedLines.HEADER_BYTES);
    int prefixLength = UntemplatedLines.getInt(buffer, 0);
    int suffixLength = UntemplatedLines.getInt(buffer, 4);
    int valueLength = UntemplatedLines.getInt(buffer, 8);
    copy(UntemplatedLines.HEADER_BYTES + prefixLength + suffixLength + valueLength);
    series = buffer;
    prefixStart = UntemplatedLines.HEADER_BYTES;
    prefixEnd = prefixStart + prefixLength;
    suffixEnd = prefixEnd + suffixLength;
    valueStart = suffixEnd;
    valueEnd = valueStart + valueLength - 1;
    position = copiedTo;
    findPart();
    return true;
  }

  private FamilyTemplate template() {
    if (template == null) {
      throw new IllegalStateException("no segment is open");
    }
    return template;
  }

  private void copy(int count) {
    if (body == null) {
      throw new IllegalStateException("no segment is open");
    }
    body.copyValues(position, buffer, 0, count);
    copiedFrom = position;
    copiedTo = position + count;
  }

  private void findPart() {
    int from = prefixStart + template().family().nameBytes().length;
    int to = from;
    while (to < prefixEnd && series[to] != '{') {
      to++;
    }
    var found = SamplePart.ofSuffix(series, from, to);
    if (found == null) {
      throw new IllegalStateException("a sample of another family: " + template().family().name());
    }
    part = found;
  }

  /**
   * The suffix that the name of the sample adds to the name under which its body sent the family.
   */
  public SamplePart part() {
    return part;
  }

  /** Where the sample stands in the values of the body: see {@link #openAt}. */
  public int samplePosition() {
    return template().isUntemplated() ? copiedFrom : copiedFrom + valueStart;
  }

  /** Index of the sample among those of a templated segment. */
  public int sampleLine() {
    return line - 1;
  }

  /**
   * Moves before a sample that was read before. What the buffer contains of the same body is used:
   * samples that are read again in order do not each cost a copy.
   */
  public void openAt(DecodedBody of, int segment, int samplePosition, int sampleLine) {
    boolean isSameBody = of == body;
    int from = copiedFrom;
    int to = copiedTo;
    open(of, segment);
    if (isSameBody) {
      copiedFrom = from;
      copiedTo = to;
    }
    position = samplePosition;
    line = sampleLine;
  }

  /** The array with the prefix {@code [prefixStart, prefixEnd)} and the suffix after it. */
  public byte[] series() {
    return series;
  }

  public int prefixStart() {
    return prefixStart;
  }

  /** Where the labels of the sandbox are inserted, and the suffix starts. */
  public int prefixEnd() {
    return prefixEnd;
  }

  public int suffixEnd() {
    return suffixEnd;
  }

  /** The array with value and timestamp. */
  public byte[] values() {
    return buffer;
  }

  public int valueStart() {
    return valueStart;
  }

  /** Position of the line feed after value and timestamp. */
  public int valueEnd() {
    return valueEnd;
  }
}

package io.katamonitor.encode;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.template.LinePattern;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compresses a response as one gzip member, without a search: it is known where the bytes of a line
 * stood before. Its prefix is that of the same line of the previous body, or of the previous line;
 * its labels are those of the previous line, or of an earlier one, together with the suffix and the
 * end of the prefix, if that line has the same. Values, and what is new, are literals.
 *
 * <p>A value that starts like that of the similar line extends the match; of the upper bounds of a
 * histogram each is that of the histogram before, if they are the same.
 *
 * <p>Positions count uncompressed bytes; what stands more than 32 KiB back is not referred to. The
 * bytes are forgotten after each piece. Confined to one thread; takes 4 bytes of heap per body and
 * 20 per line of the longest pattern.
 */
final class GzipOutput implements BlockOutput {
  /** The first position: from there, position 0 is out of reach. */
  private static final int FIRST = DeflateBlock.MAX_DISTANCE + 1;

  /** Positions restart before they can overflow. */
  private static final int RESTART = 1 << 30;

  /** A position from which no match is made, whatever offset in a line is added to it. */
  private static final int OUT_OF_REACH = -(1 << 20);

  /**
   * A block ends after so much text, however few tokens stand for it. Ordinary text of 48 Ki tokens
   * is shorter; that of labels of many kilobytes is not.
   */
  static final int MAX_BLOCK_TEXT = 2 << 20;

  private static final int LITERALS_AT_ONCE = 256;

  /** A bound, its tag, and what stands before the count of the next bucket. */
  private static final int BOUND_BYTES = 12;

  /** A larger histogram is not kept for the next one. */
  private static final int MAX_KEPT_BYTES = 4096;

  private static final int[] NO_BOUNDS = {};

  /** Shorter matches are written as literals. */
  private static final int MIN_MATCH = 4;

  private final Block block;
  private final DeflateBlock deflate;
  private final ByteConsumer out;
  private final int restart;
  private final GzipStream stream = new GzipStream();

  /** Position of the first byte of the block that has no token yet. */
  private int position = FIRST;

  /** The position at which the block started. */
  private int blockStart = FIRST;

  /** Whether the line feed before {@code position} has no token: it extends the next match. */
  private boolean isNewlinePending;

  /** Where the labels of each body stood last. */
  private final int[] labelsAt;

  /** The labels that stood last, and where. */
  private LabelBytes lastLabels = NO_LABELS;

  private int lastLabelsAt;

  /** The pattern written last, and where the prefixes of its lines stood in the previous body. */
  private @Nullable LinePattern pattern;

  private int[] previousPrefixes = new int[64];
  private int[] previousLeads = new int[64];
  private int previousCount;

  /** The same of the body in work. */
  private int[] prefixes = new int[64];

  /** The last four bytes before each prefix. */
  private int[] leads = new int[64];

  /** Where the values of its lines stand. */
  private int[] values = new int[64];

  private int count;
  private int labelLength;

  /** The fields of the last histogram, with the offsets of its bounds, and where they stand. */
  private byte[] distribution = {};

  private int[] distributionBounds = {};
  private int distributionAt;

  private static final LabelBytes NO_LABELS = new LabelBytes(new byte[0], new int[0]);

  GzipOutput(int bodies, EncoderBuffers buffers, ByteConsumer out) {
    this(bodies, buffers, out, RESTART);
  }

  /**
   * @param restart after how many bytes positions restart, with the next block
   */
  GzipOutput(int bodies, EncoderBuffers buffers, ByteConsumer out, int restart) {
    this.restart = restart;
    this.block = buffers.block;
    this.deflate = buffers.deflate;
    this.out = out;
    this.labelsAt = new int[bodies];
    out.accept(GzipStream.header(), 0, GzipStream.header().length);
  }

  @Override
  public void beginBlock() {
    blockStart = position;
    stream.begin(deflate);
  }

  @Override
  public boolean usesOffsets() {
    return true;
  }

  @Override
  public boolean isFull() {
    return deflate.isFull() || position - blockStart >= MAX_BLOCK_TEXT;
  }

  @Override
  public void endBlock(boolean isLast) {
    if (isLast) {
      flushNewline();
    }
    endDeflateBlock(isLast);
    if (isLast) {
      byte[] trailer = stream.trailer();
      out.accept(trailer, 0, trailer.length);
    }
    if (position > restart) {
      restartPositions();
    }
  }

  private void restartPositions() {
    Arrays.fill(labelsAt, 0);
    Arrays.fill(prefixes, OUT_OF_REACH);
    lastLabels = NO_LABELS;
    previousCount = 0;
    distributionBounds = NO_BOUNDS;
    position = FIRST;
  }

  private void endDeflateBlock(boolean isLast) {
    stream.end(deflate, isLast);
    out.accept(deflate.output(), 0, deflate.outputLength());
  }

  /** Ends the piece: its bytes are counted and forgotten. */
  private void consume() {
    stream.update(block.bytes(), 0, block.length());
    position += block.length();
    block.clear();
  }

  @Override
  public void endPiece() {
    flushNewline();
    literals(0, block.length());
    consume();
    pattern = null;
  }

  @Override
  public void endLabels(int body, LabelBytes labels) {
    flushNewline();
    writeLabels(body, labels, 0);
    consume();
  }

  @Override
  public void endLines(
      LinePattern lines, int from, int to, int body, LabelBytes labels, LineOffsets offsets) {
    startLines(lines, from, to, labels);
    for (int i = from; i < to; i++) {
      int start = offsets.start(i - from);
      int prefix = offsets.prefix(i - from);
      int end = offsets.start(i - from + 1);
      int prefixLength = lines.insertOffsets()[i] - lines.start(i);
      int suffixLength = lines.ends()[i] - lines.insertOffsets()[i];
      int insert = prefix + prefixLength;
      int value = insert + labelLength + suffixLength;
      prefixes[i] = position + prefix;
      leads[i] = lead(start, prefix);
      count = i + 1;
      // A line of text ends with a line feed, which goes with the next line.
      int valueEnd = start == prefix ? end - 1 : end;
      values[i] = position + value;
      int distance = distanceToSimilar(lines, i, position + insert);
      int tail = tailLength(lines, i, position + prefix, distance);
      writePrefix(i, start, prefix, prefixLength, tail);
      int written =
          writeLabelsAndSuffix(
              lines, i, from, distance, tail, body, labels, insert, suffixLength, valueEnd);
      if (offsets.bounds() > 0) {
        writeDistribution(value, valueEnd, offsets);
      } else {
        literals(value + written, valueEnd - value - written);
      }
      isNewlinePending = start == prefix;
    }
    consume();
  }

  private void startLines(LinePattern lines, int from, int to, LabelBytes labels) {
    if (from == 0) {
      boolean isSame = lines == pattern;
      int[] swapped = previousPrefixes;
      previousPrefixes = prefixes;
      prefixes = swapped;
      swapped = previousLeads;
      previousLeads = leads;
      leads = swapped;
      previousCount = isSame ? count : 0;
      count = 0;
      pattern = lines;
    }
    labelLength = labels.length();
    if (prefixes.length < to) {
      prefixes = Arrays.copyOf(prefixes, Math.max(to, 2 * prefixes.length));
    }
    if (leads.length < to) {
      leads = Arrays.copyOf(leads, Math.max(to, 2 * leads.length));
    }
    if (values.length < to) {
      values = Arrays.copyOf(values, Math.max(to, 2 * values.length));
    }
  }

  /** From a line's labels back to those of the similar line, else of the line before. */
  private int distanceToSimilar(LinePattern lines, int line, int labelsAt) {
    if (line == 0 || labelLength < MIN_MATCH) {
      return FIRST;
    }
    int source = line - Math.max(1, lines.linesBack()[line]);
    return labelsAt - (prefixes[source] + lines.insertOffsets()[source] - lines.start(source));
  }

  /**
   * How much of the end of a prefix is repeated together with its labels, from the similar line:
   * nothing if the same line of the previous body is in reach, which has the whole prefix.
   */
  private int tailLength(LinePattern lines, int line, int at, int distance) {
    boolean isPreviousInReach =
        line < previousCount && at - previousPrefixes[line] <= DeflateBlock.MAX_DISTANCE;
    return isPreviousInReach || distance > DeflateBlock.MAX_DISTANCE
        ? 0
        : lines.commonTailLengths()[line];
  }

  /** Lead and prefix of a line but for its tail, or in text the line feed before it and that. */
  private void writePrefix(int line, int start, int prefix, int prefixLength, int tail) {
    int at = position + prefix;
    int lead = prefix - start;
    boolean isPreviousInReach =
        line < previousCount && at - previousPrefixes[line] <= DeflateBlock.MAX_DISTANCE;
    if (isPreviousInReach && (lead > 0 || !isInLineBefore(line, prefixLength))) {
      writePrefixOfPreviousBody(line, start, lead, prefixLength);
      return;
    }
    int first = line > 0 ? pattern().runEnds()[line - 1] : 0;
    int end = pattern().runEnds()[line];
    short[] runs = pattern().runs();
    int distance = line > 0 ? at - prefixes[line - 1] : FIRST;
    if (distance > DeflateBlock.MAX_DISTANCE) {
      end = first;
    }
    int sameOfLead =
        first < end && runs[first] == 0 ? sameEnd(leads[line], leads[line - 1], lead) : 0;
    literals(start, lead - sameOfLead);
    int written = 0;
    for (int run = first; run < end; run += 2) {
      int length = runs[run + 1];
      if (runs[run] > written) {
        flushNewline();
        literals(prefix + written, runs[run] - written);
      }
      int before = isNewlinePending ? 1 : run == first ? sameOfLead : 0;
      match(before + length, distance);
      isNewlinePending = false;
      written = runs[run] + length;
    }
    flushNewline();
    literals(prefix + written, prefixLength - tail - written);
  }

  /** Whether the line before has the whole prefix too. */
  private boolean isInLineBefore(int line, int prefixLength) {
    int end = pattern().runEnds()[line];
    return line > 0
        && end > pattern().runEnds()[line - 1]
        && pattern().runs()[end - 1] == prefixLength;
  }

  private void writePrefixOfPreviousBody(int line, int start, int lead, int length) {
    int distance = position + start + lead - previousPrefixes[line];
    // The lengths of the messages may differ, but hardly in their upper bits.
    int sameOfLead = sameEnd(leads[line], previousLeads[line], lead);
    int same = sameOfLead + length;
    if (same < MIN_MATCH) {
      flushNewline();
      literals(start, lead + length);
      return;
    }
    literals(start, lead - sameOfLead);
    match(isNewlinePending ? same + 1 : same, distance);
    isNewlinePending = false;
  }

  /** The bytes before a prefix, the last one in the lowest bits; four at most. */
  private int lead(int start, int prefix) {
    byte[] bytes = block.bytes();
    int lead = 0;
    for (int i = Math.max(start, prefix - Integer.BYTES); i < prefix; i++) {
      lead = lead << Byte.SIZE | (bytes[i] & 0xFF);
    }
    return lead;
  }

  /** How many of the last {@code length} bytes are the same, four at most. */
  private static int sameEnd(int a, int b, int length) {
    int same = Integer.numberOfTrailingZeros(a ^ b) >>> 3;
    return Math.min(same, Math.min(length, Integer.BYTES));
  }

  private LinePattern pattern() {
    if (pattern == null) {
      throw new IllegalStateException("no lines are written");
    }
    return pattern;
  }

  /**
   * Writes the prefix's tail, labels and suffix, and as much of the value as the similar line has
   * too.
   *
   * @param first the first line of the piece
   * @param distance what {@link #distanceToSimilar} told
   * @param tail what {@link #tailLength} told
   * @return how many bytes of the value are written
   */
  private int writeLabelsAndSuffix(
      LinePattern lines,
      int line,
      int first,
      int distance,
      int tail,
      int body,
      LabelBytes labels,
      int insert,
      int suffixLength,
      int valueEnd) {
    if (distance > DeflateBlock.MAX_DISTANCE) {
      writeLabels(body, labels, insert);
      literals(insert + labelLength, suffixLength);
      return 0;
    }
    int back = lines.linesBack()[line];
    if (back == 0) {
      match(labelLength, distance);
      recordLabels(body, labels, position + insert);
      literals(insert + labelLength, suffixLength);
      return 0;
    }
    int written = 0;
    if (line - back >= first) {
      int value = insert + labelLength + suffixLength;
      written = commonLength(values[line - back] - position, value, valueEnd);
    }
    match(tail + labelLength + suffixLength + written, distance);
    recordLabels(body, labels, position + insert);
    return written;
  }

  /** How many bytes from {@code at} on are those from {@code earlier} on, both in the block. */
  private int commonLength(int earlier, int at, int end) {
    byte[] bytes = block.bytes();
    int length = 0;
    while (at + length < end && bytes[earlier + length] == bytes[at + length]) {
      length++;
    }
    return length;
  }

  /** Fields of a histogram or summary, whose bounds may be those of the one before. */
  private void writeDistribution(int from, int to, LineOffsets offsets) {
    byte[] bytes = block.bytes();
    int bounds = offsets.bounds();
    int distance = position + from - distributionAt;
    boolean isComparable =
        bounds == distributionBounds.length && distance < DeflateBlock.MAX_DISTANCE / 2;
    int at = from;
    for (int i = 0; i < bounds && isComparable; i++) {
      int bound = offsets.bound(i);
      int earlier = distributionBounds[i];
      int length = 0;
      while (bound + length < to
          && earlier + length < distribution.length
          && length < BOUND_BYTES
          && bytes[bound + length] == distribution[earlier + length]) {
        length++;
      }
      if (length >= MIN_MATCH) {
        literals(at, bound - at);
        match(length, position + bound - (distributionAt + earlier));
        at = bound + length;
      }
    }
    literals(at, to - at);
    keepDistribution(bytes, from, to, offsets);
  }

  private void keepDistribution(byte[] bytes, int from, int to, LineOffsets offsets) {
    int bounds = offsets.bounds();
    if (to - from > MAX_KEPT_BYTES) {
      distributionBounds = NO_BOUNDS;
      return;
    }
    if (distribution.length != to - from) {
      distribution = new byte[to - from];
    }
    System.arraycopy(bytes, from, distribution, 0, to - from);
    distributionAt = position + from;
    if (distributionBounds.length != bounds) {
      distributionBounds = new int[bounds];
    }
    for (int i = 0; i < bounds; i++) {
      distributionBounds[i] = offsets.bound(i) - from;
    }
  }

  private void recordLabels(int body, LabelBytes labels, int at) {
    labelsAt[body] = at;
    lastLabels = labels;
    lastLabelsAt = at;
  }

  /** Labels: those of the same body in an earlier family, or what differs from those before. */
  private void writeLabels(int body, LabelBytes labels, int offset) {
    int at = position + offset;
    int length = labels.length();
    if (length == 0) {
      return;
    }
    if (at - labelsAt[body] <= DeflateBlock.MAX_DISTANCE && length >= MIN_MATCH) {
      match(length, at - labelsAt[body]);
    } else if (lastLabels.length() > 0) {
      writeDifferingLabels(labels, offset);
    } else {
      literals(offset, length);
    }
    recordLabels(body, labels, at);
  }

  /** Names as in the labels before, and of each value what starts like the value there. */
  private void writeDifferingLabels(LabelBytes labels, int offset) {
    int at = position + offset;
    byte[] now = labels.bytes();
    byte[] before = lastLabels.bytes();
    int from = 0;
    int fromBefore = 0;
    for (int i = 0; i < labels.pieceEnds().length; i++) {
      int end = labels.pieceEnds()[i];
      int endBefore = lastLabels.pieceEnds()[i];
      int mismatch = Arrays.mismatch(now, from, end, before, fromBefore, endBefore);
      int same = mismatch < 0 ? end - from : mismatch;
      int distance = at + from - (lastLabelsAt + fromBefore);
      if (same >= MIN_MATCH && distance <= DeflateBlock.MAX_DISTANCE) {
        match(same, distance);
      } else {
        same = 0;
      }
      literals(offset + from + same, end - from - same);
      from = end;
      fromBefore = endBefore;
    }
    literals(offset + from, labels.length() - from);
  }

  private void flushNewline() {
    if (isNewlinePending) {
      ensureRoom();
      deflate.literal((byte) '\n');
      isNewlinePending = false;
    }
  }

  private void match(int length, int distance) {
    ensureRoom();
    deflate.match(length, distance);
  }

  private void literals(int from, int length) {
    while (length > 0) {
      ensureRoom();
      int part = Math.min(length, LITERALS_AT_ONCE);
      deflate.literals(block.bytes(), from, part);
      from += part;
      length -= part;
    }
  }

  /** Makes room for what one call adds at most: a match of 64 KiB. */
  private void ensureRoom() {
    if (deflate.room() < LITERALS_AT_ONCE) {
      endDeflateBlock(false);
      stream.begin(deflate);
    }
  }
}

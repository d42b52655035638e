package io.katamonitor.encode;

import static io.katamonitor.encode.DeflateTables.MAX_DISTANCE;
import static io.katamonitor.encode.LabelMatcher.MIN_MATCH;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.template.LinePattern;
import java.util.Arrays;

/**
 * Compresses a response as one gzip member. Needs no search for matches: the pattern gives the
 * earlier position of a line's bytes. The prefix is a match of the same line's prefix in the
 * previous body, or of the previous line's. The labels are a match of the previous line's; or, if
 * an earlier line has the same suffix, one match of that line covers the end of the prefix, labels
 * and suffix. Values, and what is new, are literals.
 *
 * <p>A value in protobuf that starts like that of the similar line extends the match. In text that
 * saves 2 % of the bytes and takes 3 % of the encoder's CPU, so it is not done.
 *
 * <p>Positions count uncompressed bytes; bytes more than 32 KiB back are out of reach. No bytes are
 * kept from piece to piece. Confined to one thread; takes 4 bytes of heap per body and 20 per line
 * of the longest pattern.
 */
final class GzipOutput implements BlockOutput {
  /** The first position: from there, position 0 is out of reach. */
  private static final int FIRST = MAX_DISTANCE + 1;

  /** Positions restart before they can overflow. */
  private static final int RESTART = 1 << 30;

  /** A position that is out of reach, even with any offset in a line added to it. */
  private static final int OUT_OF_REACH = -(1 << 20);

  /**
   * A block ends after this many uncompressed bytes, even if they make few tokens. Ordinary text
   * reaches 24 Ki tokens earlier; labels of many kilobytes do not.
   */
  static final int MAX_BLOCK_TEXT = 2 << 20;

  private static final LinePattern NO_PATTERN =
      new LinePattern(new byte[0], new int[0], new int[0]);

  private final Block block;
  private final GzipStream stream;
  private final LabelMatcher labelMatcher;
  private final DistributionMatcher distributionMatcher;
  private final int restart;

  /** Position of the first byte of the block that has no token yet. */
  private int position = FIRST;

  /** The position at which the block started. */
  private int blockStart = FIRST;

  /** Whether the line feed before {@code position} has no token: it extends the next match. */
  private boolean isNewlinePending;

  /** The pattern written last, and where the prefixes of its lines stood in the previous body. */
  private LinePattern pattern = NO_PATTERN;

  private int[] previousPrefixes = new int[64];
  private int[] previousLeads = new int[64];
  private int previousCount;

  /** The same for the current body. */
  private int[] prefixes = new int[64];

  /** The last four bytes before each prefix in protobuf. */
  private int[] leads = new int[64];

  /** Where the labels of its lines stand. */
  private int[] inserts = new int[64];

  private int count;

  /** The current piece: its body, the labels of that body, and its first line. */
  private int body;

  private LabelBytes labels = LabelMatcher.NONE;
  private int labelLength;
  private int first;

  GzipOutput(int bodies, EncoderBuffers buffers, ByteConsumer out) {
    this(bodies, buffers, out, RESTART);
  }

  /**
   * @param restart after how many bytes positions restart, with the next block
   */
  GzipOutput(int bodies, EncoderBuffers buffers, ByteConsumer out, int restart) {
    this.restart = restart;
    this.block = buffers.block;
    this.stream = new GzipStream(buffers.deflate, out);
    this.labelMatcher = new LabelMatcher(bodies, stream);
    this.distributionMatcher = new DistributionMatcher(stream);
  }

  @Override
  public void beginBlock() {
    blockStart = position;
    stream.beginBlock();
  }

  @Override
  public boolean usesOffsets() {
    return true;
  }

  @Override
  public boolean isFull() {
    return stream.isFull() || position - blockStart >= MAX_BLOCK_TEXT;
  }

  @Override
  public void endBlock(boolean isLast) {
    if (isLast) {
      flushNewline();
    }
    stream.endBlock(isLast);
    if (position > restart) {
      restartPositions();
    }
  }

  private void restartPositions() {
    labelMatcher.clear();
    distributionMatcher.clear();
    Arrays.fill(prefixes, OUT_OF_REACH);
    Arrays.fill(inserts, OUT_OF_REACH);
    previousCount = 0;
    position = FIRST;
  }

  /** Ends the piece: its bytes are counted and discarded. */
  private void consume() {
    stream.update(block.bytes(), 0, block.length());
    position += block.length();
    block.clear();
  }

  @Override
  public void endPiece() {
    flushNewline();
    stream.literals(block.bytes(), 0, block.length());
    consume();
    pattern = NO_PATTERN;
  }

  @Override
  public void endLabels(int body, LabelBytes labels) {
    flushNewline();
    labelMatcher.write(body, labels, position, block.bytes(), 0);
    consume();
  }

  @Override
  public void endLines(
      LinePattern lines, int from, int to, int body, LabelBytes labels, LineOffsets offsets) {
    startLines(lines, from, to, body, labels);
    int[] insertOffsets = lines.insertOffsets();
    int[] ends = lines.ends();
    for (int i = from; i < to; i++) {
      int start = offsets.start(i - from);
      int prefix = offsets.prefix(i - from);
      int insert = prefix + insertOffsets[i] - lines.start(i);
      int value = insert + labelLength + ends[i] - insertOffsets[i];
      int end = offsets.start(i - from + 1);
      prefixes[i] = position + prefix;
      inserts[i] = position + insert;
      count = i + 1;
      if (start == prefix) {
        writeTextLine(i, start, insert, value, end - 1);
        isNewlinePending = true;
      } else {
        leads[i] = lead(start, prefix);
        writeMessage(i, start, prefix, insert, value, end, offsets);
      }
    }
    consume();
  }

  private void startLines(LinePattern lines, int from, int to, int body, LabelBytes labels) {
    if (from == 0) {
      int[] swapped = previousPrefixes;
      previousPrefixes = prefixes;
      prefixes = swapped;
      swapped = previousLeads;
      previousLeads = leads;
      leads = swapped;
      previousCount = lines == pattern ? count : 0;
      count = 0;
      pattern = lines;
    }
    this.body = body;
    this.labels = labels;
    labelLength = labels.length();
    first = from;
    if (prefixes.length < to) {
      prefixes = grown(prefixes, to);
    }
    if (leads.length < to) {
      leads = grown(leads, to);
    }
    if (inserts.length < to) {
      inserts = grown(inserts, to);
    }
  }

  private static int[] grown(int[] array, int length) {
    return Arrays.copyOf(array, Math.max(length, 2 * array.length));
  }

  /** A line of text but for its line feed, which goes with the next line. */
  private void writeTextLine(int line, int start, int insert, int value, int valueEnd) {
    byte[] bytes = block.bytes();
    int tail = writePrefix(line, start, start, insert);
    writeLabelsAndSuffix(line, tail, insert, value, value);
    stream.literals(bytes, value, valueEnd - value);
  }

  private void writeMessage(
      int line, int start, int prefix, int insert, int value, int end, LineOffsets offsets) {
    byte[] bytes = block.bytes();
    int tail = writePrefix(line, start, prefix, insert);
    if (offsets.bounds() > 0) {
      writeLabelsAndSuffix(line, tail, insert, value, value);
      distributionMatcher.write(bytes, value, end, position, offsets);
    } else {
      int written = writeLabelsAndSuffix(line, tail, insert, value, end);
      stream.literals(bytes, value + written, end - value - written);
    }
  }

  /**
   * Lead and prefix of a line but for its tail, or in text the line feed before it and that.
   *
   * @return the length of the tail, which is repeated together with the labels, from the similar
   *     line; 0 if the same line of the previous body is in reach, which has the whole prefix
   */
  private int writePrefix(int line, int start, int prefix, int insert) {
    int previous = line < previousCount ? prefixes[line] - previousPrefixes[line] : FIRST;
    if (previous > MAX_DISTANCE) {
      int tail = distanceToSimilar(line) > MAX_DISTANCE ? 0 : pattern.commonTailLengths()[line];
      writePrefixOfLineBefore(line, start, prefix, insert - tail);
      return tail;
    }
    if (start == prefix && isInLineBefore(line, insert - prefix)) {
      writePrefixOfLineBefore(line, start, prefix, insert);
    } else {
      writePrefixOfPreviousBody(line, start, prefix, insert, previous);
    }
    return 0;
  }

  /** From a line's labels back to those of the similar line, else of the line before. */
  private int distanceToSimilar(int line) {
    if (line == 0 || labelLength < MIN_MATCH) {
      return FIRST;
    }
    return inserts[line] - inserts[line - Math.max(1, pattern.linesBack()[line])];
  }

  /** Whether the line before has the whole prefix too. */
  private boolean isInLineBefore(int line, int prefixLength) {
    int end = pattern.runEnds()[line];
    return line > 0 && end > pattern.runEnds()[line - 1] && pattern.runs()[end - 1] == prefixLength;
  }

  /** The parts of a prefix that the line before has at the same place; the rest as literals. */
  private void writePrefixOfLineBefore(int line, int start, int prefix, int to) {
    byte[] bytes = block.bytes();
    int run = line > 0 ? pattern.runEnds()[line - 1] : 0;
    int end = pattern.runEnds()[line];
    short[] runs = pattern.runs();
    int distance = line > 0 ? prefixes[line] - prefixes[line - 1] : FIRST;
    if (distance > MAX_DISTANCE) {
      end = run;
    }
    int lead = prefix - start;
    int extra = isNewlinePending ? 1 : 0;
    if (lead > 0) {
      extra = run < end && runs[run] == 0 ? sameEnd(leads[line], leads[line - 1], lead) : 0;
      stream.literals(bytes, start, lead - extra);
    }
    int at = prefix;
    for (; run < end; run += 2) {
      int from = prefix + runs[run];
      if (from > at) {
        flushNewline();
        extra = 0;
        stream.literals(bytes, at, from - at);
      }
      stream.match(extra + runs[run + 1], distance);
      isNewlinePending = false;
      extra = 0;
      at = from + runs[run + 1];
    }
    flushNewline();
    stream.literals(bytes, at, to - at);
  }

  private void writePrefixOfPreviousBody(
      int line, int start, int prefix, int insert, int distance) {
    byte[] bytes = block.bytes();
    int lead = prefix - start;
    // The lengths of the messages may differ, but rarely in their upper bits.
    int extra = lead > 0 ? sameEnd(leads[line], previousLeads[line], lead) : 0;
    int same = extra + insert - prefix;
    if (same < MIN_MATCH) {
      flushNewline();
      stream.literals(bytes, start, insert - start);
      return;
    }
    stream.literals(bytes, start, lead - extra);
    stream.match(isNewlinePending ? same + 1 : same, distance);
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

  /**
   * Writes the prefix's tail, labels and suffix, and as much of the value as the similar line has
   * too.
   *
   * @param tail what {@link #writePrefix} left
   * @param valueEnd {@code value} if nothing of it is to be written
   * @return how many bytes of the value are written
   */
  private int writeLabelsAndSuffix(int line, int tail, int insert, int value, int valueEnd) {
    byte[] bytes = block.bytes();
    int suffix = insert + labelLength;
    int distance = distanceToSimilar(line);
    if (distance > MAX_DISTANCE) {
      labelMatcher.write(body, labels, position + insert, bytes, insert);
      stream.literals(bytes, suffix, value - suffix);
      return 0;
    }
    labelMatcher.record(body, labels, position + insert);
    int back = pattern.linesBack()[line];
    if (back == 0) {
      stream.match(labelLength, distance);
      stream.literals(bytes, suffix, value - suffix);
      return 0;
    }
    int written = line - back >= first ? commonLength(value - distance, value, valueEnd) : 0;
    stream.match(tail + value - insert + written, distance);
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

  private void flushNewline() {
    if (isNewlinePending) {
      stream.literal('\n');
      isNewlinePending = false;
    }
  }
}

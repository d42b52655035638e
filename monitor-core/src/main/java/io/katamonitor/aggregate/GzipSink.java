package io.katamonitor.aggregate;

import io.katamonitor.exposition.FamilyShape;
import io.katamonitor.gzip.DeflateBlock;
import io.katamonitor.gzip.GzipStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes gzip of the text without a search: what a line repeats is known. Its head is that of the
 * same line of the part before, or of the line before; its labels are those of the line before,
 * together with what stands behind them where an earlier line ended alike. Only values, and what is
 * new, are literals.
 *
 * <p>Positions count the text's bytes; what stood more than 32 KB back is not referred to. The text
 * itself is made too, for the checksum, and forgotten at once. Between turns nothing is left in the
 * shared block and text.
 */
final class GzipSink implements ExpositionSink {
  /** The first position: from there on, position 0 is out of reach. */
  private static final int FIRST = DeflateBlock.MAX_DISTANCE + 1;

  /** Positions begin anew before they could overflow. */
  private static final int LAST = 1 << 30;

  private static final int MATCH_TOKENS = 256;

  /** What is shorter goes out as literals. */
  private static final int MIN_MATCH = 4;

  private final DeflateBlock block;
  private final TextBlock text;
  private final ByteConsumer out;
  private final GzipStream stream = new GzipStream();

  /** The position of the next byte. */
  private int position = FIRST;

  /**
   * Whether the line feed at {@code position - 1} has no token yet: it goes well with the next
   * match.
   */
  private boolean newlinePending;

  /** Where each part's labels stood last. */
  private final int[] labelsAt;

  /** The labels written last, and where. */
  private LabelText lastLabels = LabelText.NONE;

  private int lastLabelsAt;

  /**
   * The shape written last, and where the lines of its section stand; then the same of the section
   * in work.
   */
  private @Nullable FamilyShape shapeBefore;

  private int[] linesBefore = new int[64];
  private int countBefore;
  private int[] linesNow = new int[64];

  GzipSink(int parts, DeflateBlock block, TextBlock text, ByteConsumer out) {
    this.block = block;
    this.text = text;
    this.out = out;
    this.labelsAt = new int[parts];
    out.accept(GzipStream.header(), 0, GzipStream.header().length);
  }

  @Override
  public void beginTurn() {
    stream.begin(block);
  }

  @Override
  public boolean isFull() {
    return block.isFull();
  }

  /** Ends the block; the last turn's call completes the stream. */
  @Override
  public void endTurn(boolean isLast) {
    if (isLast && newlinePending) {
      newline();
    }
    endBlock(isLast);
    if (isLast) {
      byte[] trailer = stream.trailer();
      out.accept(trailer, 0, trailer.length);
    }
    if (position > LAST) {
      Arrays.fill(labelsAt, 0);
      lastLabelsAt = 0;
      countBefore = 0;
      position = FIRST;
    }
  }

  private void endBlock(boolean isLast) {
    stream.end(block, isLast);
    out.accept(block.output(), 0, block.outputLength());
  }

  @Override
  public void text(byte[] bytes, int from, int length) {
    flushNewline();
    stream.text(bytes, from, length);
    literals(bytes, from, length);
    position += length;
    shapeBefore = null;
  }

  @Override
  public void labels(int part, LabelText labels) {
    flushNewline();
    stream.text(labels.text(), 0, labels.length());
    labelTokens(part, labels, position);
    position += labels.length();
  }

  @Override
  public void lines(
      FamilyShape shape, int count, int part, LabelText labels, byte[] values, int length) {
    text.add(shape, count, labels, values, length);
    stream.text(text.bytes(), 0, text.length());
    text.clear();

    if (linesNow.length < count) {
      linesNow = new int[Math.max(count, 2 * linesNow.length)];
    }
    byte[] heads = shape.out();
    int[] cuts = shape.cut();
    int[] ends = shape.outEnd();
    int labelLength = labels.length();
    int head = 0;
    int value = 0;
    for (int i = 0; i < count; i++) {
      linesNow[i] = position;
      int cut = cuts[i];
      int end = ends[i];
      headTokens(shape, i, heads, head, cut - head);
      position += cut - head;
      tailTokens(shape, i, part, labels, heads, cut, end - cut);
      position += labelLength + end - cut;
      int valueEnd = value;
      while (values[valueEnd] != '\n') {
        valueEnd++;
      }
      literals(values, value, valueEnd - value);
      position += valueEnd - value + 1;
      newlinePending = true;
      value = valueEnd + 1;
      head = end;
    }
    int[] free = linesBefore;
    linesBefore = linesNow;
    linesNow = free;
    countBefore = count;
    shapeBefore = shape;
  }

  /**
   * The line feed before the line, which every earlier line has before it too, and the head up to
   * the labels.
   */
  private void headTokens(FamilyShape shape, int line, byte[] heads, int from, int length) {
    int same = shape.sameAsLast()[line];
    int back = line > 0 ? position - linesNow[line - 1] : FIRST;
    if (same < length && shape == shapeBefore && line < countBefore) {
      int backToPart = position - linesBefore[line];
      if (backToPart <= DeflateBlock.MAX_DISTANCE) {
        back = backToPart;
        same = length;
      }
    }
    if (same >= MIN_MATCH && back <= DeflateBlock.MAX_DISTANCE) {
      if (newlinePending) {
        match(same + 1, back);
        newlinePending = false;
      } else {
        match(same, back);
      }
    } else {
      flushNewline();
      same = 0;
    }
    literals(heads, from + same, length - same);
  }

  /** The labels and what stands behind them, up to the value. */
  private void tailTokens(
      FamilyShape shape, int line, int part, LabelText labels, byte[] heads, int cut, int length) {
    int labelLength = labels.length();
    int alike = shape.sameTail()[line];
    if (labelLength >= MIN_MATCH && line > 0) {
      int source = alike >= 0 ? alike : line - 1;
      int back = position - (linesNow[source] + shape.cut()[source] - shape.outStart(source));
      if (back <= DeflateBlock.MAX_DISTANCE) {
        int matched = alike >= 0 ? labelLength + length : labelLength;
        match(matched, back);
        noteLabels(part, labels, position);
        literals(heads, cut + matched - labelLength, labelLength + length - matched);
        return;
      }
    }
    labelTokens(part, labels, position);
    literals(heads, cut, length);
  }

  private void noteLabels(int part, LabelText labels, int at) {
    labelsAt[part] = at;
    lastLabels = labels;
    lastLabelsAt = at;
  }

  /**
   * Labels without a line before: from where they stood in the family before, or what differs from
   * another part's.
   */
  private void labelTokens(int part, LabelText labels, int at) {
    int length = labels.length();
    if (length == 0) {
      return;
    }
    if (at - labelsAt[part] <= DeflateBlock.MAX_DISTANCE) {
      match(length, at - labelsAt[part]);
    } else if (lastLabels.length() > 0) {
      differingLabels(labels, at);
    } else {
      literals(labels.text(), 0, length);
    }
    noteLabels(part, labels, at);
  }

  /** Names from the labels of the part before, and of each value what begins like that part's. */
  private void differingLabels(LabelText labels, int at) {
    byte[] now = labels.text();
    byte[] before = lastLabels.text();
    int from = 0;
    int fromBefore = 0;
    for (int i = 0; i < labels.valueEnds().length; i++) {
      int end = labels.valueEnds()[i];
      int endBefore = lastLabels.valueEnds()[i];
      int differs = Arrays.mismatch(now, from, end, before, fromBefore, endBefore);
      int same = differs < 0 ? end - from : differs;
      int back = at + from - (lastLabelsAt + fromBefore);
      if (same >= MIN_MATCH && back <= DeflateBlock.MAX_DISTANCE) {
        match(same, back);
      } else {
        same = 0;
      }
      literals(now, from + same, end - from - same);
      from = end;
      fromBefore = endBefore;
    }
    literals(now, from, labels.length() - from);
  }

  private void flushNewline() {
    if (newlinePending) {
      newline();
      newlinePending = false;
    }
  }

  private void newline() {
    room();
    block.literal((byte) '\n');
  }

  private void match(int length, int distance) {
    room();
    block.match(length, distance);
  }

  private void literals(byte[] bytes, int from, int length) {
    while (length > 0) {
      room();
      int part = Math.min(length, MATCH_TOKENS);
      block.literals(bytes, from, part);
      from += part;
      length -= part;
    }
  }

  /** Makes room for what one call adds at the most: a match of 64 KB. */
  private void room() {
    if (block.room() < MATCH_TOKENS) {
      endBlock(false);
      stream.begin(block);
    }
  }
}

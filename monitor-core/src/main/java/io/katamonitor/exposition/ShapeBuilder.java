package io.katamonitor.exposition;

import java.util.Arrays;

/** Collects the heads of a shape that is not known yet. Reusable. */
final class ShapeBuilder implements HeadText.Target {
  /** Bounds of one shape: a longer family is kept as several. */
  static final int MAX_LINES = 512;

  static final int MAX_BYTES = 24 * 1024;

  private byte[] in = new byte[1024];
  private int[] inEnd = new int[32];
  private byte[] out = new byte[1024];
  private int outLength;
  private int[] cut = new int[32];
  private int[] outEnd = new int[32];
  private int lines;

  void clear() {
    lines = 0;
    outLength = 0;
  }

  int lines() {
    return lines;
  }

  /** Takes over the first {@code count} heads of a shape. */
  void begin(FamilyShape shape, int count) {
    clear();
    ensureLines(count);
    int inLength = shape.inStart(count);
    outLength = shape.outStart(count);
    in = ensure(in, 0, inLength);
    out = ensure(out, 0, outLength);
    System.arraycopy(shape.in(), 0, in, 0, inLength);
    System.arraycopy(shape.out(), 0, out, 0, outLength);
    System.arraycopy(shape.inEnd(), 0, inEnd, 0, count);
    System.arraycopy(shape.cut(), 0, cut, 0, count);
    System.arraycopy(shape.outEnd(), 0, outEnd, 0, count);
    lines = count;
  }

  /** Adds a line's head, or says false where the shape has become large enough. */
  boolean add(SampleLine line, int lineStart, Family family, boolean labelled)
      throws MemoryExhaustedException {
    int headLength = line.valueStart() - lineStart;
    int inLength = lines == 0 ? 0 : inEnd[lines - 1];
    if (lines == MAX_LINES || inLength + headLength > MAX_BYTES) {
      return false;
    }
    ensureLines(lines + 1);
    in = ensure(in, inLength, headLength);
    System.arraycopy(line.text(), lineStart, in, inLength, headLength);
    inEnd[lines] = inLength + headLength;
    HeadText.before(line, family, labelled, this);
    cut[lines] = outLength;
    HeadText.behind(line, labelled, this);
    outEnd[lines] = outLength;
    lines++;
    return true;
  }

  @Override
  public void put(byte[] bytes, int from, int length) {
    out = ensure(out, outLength, length);
    System.arraycopy(bytes, from, out, outLength, length);
    outLength += length;
  }

  private static byte[] ensure(byte[] bytes, int length, int more) {
    return bytes.length - length >= more
        ? bytes
        : Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
  }

  private void ensureLines(int count) {
    if (count > inEnd.length) {
      int capacity = Math.max(2 * inEnd.length, count);
      inEnd = Arrays.copyOf(inEnd, capacity);
      cut = Arrays.copyOf(cut, capacity);
      outEnd = Arrays.copyOf(outEnd, capacity);
    }
  }

  byte[] in() {
    return Arrays.copyOf(in, lines == 0 ? 0 : inEnd[lines - 1]);
  }

  int[] inEnd() {
    return Arrays.copyOf(inEnd, lines);
  }

  byte[] out() {
    return Arrays.copyOf(out, outLength + FamilyShape.SLACK);
  }

  int[] cut() {
    return Arrays.copyOf(cut, lines);
  }

  int[] outEnd() {
    return Arrays.copyOf(outEnd, lines);
  }
}

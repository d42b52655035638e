package io.katamonitor.template;

import java.util.Arrays;

/**
 * Lines of one format, each in two pieces: the labels of a sandbox are inserted after the prefix,
 * and the value follows the suffix. Also holds how the lines resemble each other, which is what a
 * compressor needs. Immutable.
 */
public final class LinePattern {
  /** How many earlier lines are compared to find one with the same suffix. */
  private static final int SUFFIX_DISTANCE = 32;

  private final byte[] bytes;
  private final int[] insertOffsets;
  private final int[] ends;
  private final short[] commonPrefixLengths;
  private final short[] linesWithSameSuffix;

  /**
   * A pattern that owns the arrays.
   *
   * @param bytes prefix and suffix of each line, one line after the other
   * @param insertOffsets per line, where its prefix ends
   * @param ends per line, where its suffix ends
   */
  public LinePattern(byte[] bytes, int[] insertOffsets, int[] ends) {
    this.bytes = bytes;
    this.insertOffsets = insertOffsets;
    this.ends = ends;
    this.commonPrefixLengths = new short[ends.length];
    this.linesWithSameSuffix = new short[ends.length];
    for (int i = 0; i < ends.length; i++) {
      commonPrefixLengths[i] = (short) (i == 0 ? 0 : commonPrefixLength(i - 1, i));
      linesWithSameSuffix[i] = (short) lineWithSameSuffix(i);
    }
  }

  private int commonPrefixLength(int a, int b) {
    int length = Math.min(insertOffsets[a] - start(a), insertOffsets[b] - start(b));
    int mismatch =
        Arrays.mismatch(bytes, start(a), start(a) + length, bytes, start(b), start(b) + length);
    return mismatch < 0 ? length : mismatch;
  }

  private int lineWithSameSuffix(int line) {
    for (int i = line - 1; i >= Math.max(0, line - SUFFIX_DISTANCE); i--) {
      if (Arrays.equals(bytes, insertOffsets[i], ends[i], bytes, insertOffsets[line], ends[line])) {
        return i;
      }
    }
    return -1;
  }

  public int lines() {
    return ends.length;
  }

  /** Prefix and suffix of all lines; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the line's prefix starts. */
  public int start(int line) {
    return line == 0 ? 0 : ends[line - 1];
  }

  /** Per line: where its prefix ends; not to be changed. */
  public int[] insertOffsets() {
    return insertOffsets;
  }

  /** Per line: where its suffix ends; not to be changed. */
  public int[] ends() {
    return ends;
  }

  /** Per line: how many bytes of its prefix are also the start of the previous prefix. */
  public short[] commonPrefixLengths() {
    return commonPrefixLengths;
  }

  /** Per line: a close earlier one with the same suffix, or -1. */
  public short[] linesWithSameSuffix() {
    return linesWithSameSuffix;
  }

  /** Estimate of the bytes of heap that it takes. */
  public int heapBytes() {
    return 112 + bytes.length + 12 * ends.length;
  }
}

package io.katamonitor.template;

import java.util.Arrays;

/**
 * Lines of one format, each in two pieces: the labels of a sandbox are inserted after the prefix,
 * and the value follows the suffix. Also has the bytes that a line shares with earlier lines:
 * {@code GzipOutput} repeats these as matches. Immutable.
 */
public final class LinePattern {
  /** Heap of one without lines. */
  static final int FIXED_BYTES = 144;

  /** How many earlier lines are compared to find the most similar one. */
  private static final int MAX_LINES_BACK = 32;

  /** A shorter run is not worth a reference. */
  private static final int MIN_RUN = 4;

  private final byte[] bytes;
  private final int[] insertOffsets;
  private final int[] ends;
  private final int[] runEnds;
  private final byte[] linesBack;
  private final short[] commonTailLengths;
  private short[] runs;

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
    this.linesBack = new byte[ends.length];
    this.commonTailLengths = new short[ends.length];
    this.runEnds = new int[ends.length];
    this.runs = new short[2 * ends.length];
    int count = 0;
    for (int i = 1; i < ends.length; i++) {
      int common = commonPrefixLength(i - 1, i);
      int rest = insertOffsets[i] - start(i) - common;
      findSimilarLine(i, Math.min(rest, Short.MAX_VALUE));
      count = findRuns(i, common, count);
      runEnds[i] = count;
    }
    this.runs = Arrays.copyOf(runs, count);
  }

  private int commonPrefixLength(int a, int b) {
    int length = Math.min(insertOffsets[a] - start(a), insertOffsets[b] - start(b));
    int mismatch =
        Arrays.mismatch(bytes, start(a), start(a) + length, bytes, start(b), start(b) + length);
    return mismatch < 0 ? length : mismatch;
  }

  /**
   * Finds the runs of bytes that the previous line's prefix has at the same offsets. In protobuf
   * the lengths of values lie between them.
   *
   * @param common bytes at the start that are the same
   * @param count of the runs found before, two elements each
   * @return the same, with those of this line
   */
  private int findRuns(int line, int common, int count) {
    int start = start(line);
    int shift = start - start(line - 1);
    int end =
        Math.min(insertOffsets[line] - commonTailLengths[line], insertOffsets[line - 1] + shift);
    end = Math.min(end, start + Short.MAX_VALUE);
    int at = start;
    int runEnd = Math.min(start + common, end);
    while (at < end) {
      while (runEnd < end && bytes[runEnd] == bytes[runEnd - shift]) {
        runEnd++;
      }
      if (runEnd - at >= MIN_RUN) {
        if (count == runs.length) {
          runs = Arrays.copyOf(runs, 2 * count);
        }
        runs[count++] = (short) (at - start);
        runs[count++] = (short) (runEnd - at);
      }
      at = runEnd + 1;
      runEnd = at;
    }
    return count;
  }

  /** Finds the earlier line with the same suffix whose prefix ends most alike: a close one. */
  private void findSimilarLine(int line, int maxTail) {
    int longest = -1;
    for (int i = line - 1; i >= Math.max(0, line - MAX_LINES_BACK) && longest < maxTail; i--) {
      if (Arrays.equals(bytes, insertOffsets[i], ends[i], bytes, insertOffsets[line], ends[line])) {
        int tail = commonTailLength(i, line, maxTail);
        if (longest < 0 || tail > longest + 2) {
          longest = tail;
          linesBack[line] = (byte) (line - i);
          commonTailLengths[line] = (short) tail;
        }
      }
    }
  }

  private int commonTailLength(int a, int b, int max) {
    int limit = Math.min(max, insertOffsets[a] - start(a));
    int length = 0;
    while (length < limit
        && bytes[insertOffsets[a] - 1 - length] == bytes[insertOffsets[b] - 1 - length]) {
      length++;
    }
    return length;
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

  /**
   * Per line: the end in {@link #runs} of the parts of its prefix that stand at the same place in
   * the previous prefix; they start where those of the previous line end. Not to be changed.
   */
  public int[] runEnds() {
    return runEnds;
  }

  /** Of each such part its place in the prefix, and its length. Not to be changed. */
  public short[] runs() {
    return runs;
  }

  /** Per line: how many lines before it the most similar one with the same suffix is, or 0. */
  public byte[] linesBack() {
    return linesBack;
  }

  /**
   * Per line: how many bytes at the end of its prefix are also the end of the similar line's
   * prefix, without those at its start that are also the start of the line before. Not to be
   * changed.
   */
  public short[] commonTailLengths() {
    return commonTailLengths;
  }

  /** Estimate of the bytes of heap that it takes. */
  public int heapBytes() {
    return FIXED_BYTES + bytes.length + 15 * ends.length + 2 * runs.length;
  }
}

package io.katamonitor.encode;

import java.util.Arrays;

/**
 * Offsets of the lines of a piece in the block. A line is a lead (protobuf: tag and length of the
 * message; text: nothing), then prefix, labels, suffix and value. Shared by all encoders of a
 * thread.
 */
final class LineOffsets {
  private int[] starts = new int[64];
  private int[] prefixes = new int[64];
  private int[] bounds = new int[32];
  private int boundCount;

  /** Starts a piece of {@code lines} lines. */
  void reset(int lines) {
    boundCount = 0;
    if (starts.length <= lines) {
      starts = Arrays.copyOf(starts, Math.max(2 * starts.length, lines + 1));
      prefixes = Arrays.copyOf(prefixes, starts.length);
    }
  }

  /** Adds the position of a bound in the value of a piece that is one histogram. */
  void addBound(int at) {
    if (boundCount == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * boundCount);
    }
    bounds[boundCount++] = at;
  }

  int bounds() {
    return boundCount;
  }

  int bound(int index) {
    return bounds[index];
  }

  void set(int line, int start, int prefix) {
    starts[line] = start;
    prefixes[line] = prefix;
  }

  /** Start of the line; of the line after the last: the end of the piece. */
  int start(int line) {
    return starts[line];
  }

  /** Start of the line's prefix. */
  int prefix(int line) {
    return prefixes[line];
  }
}

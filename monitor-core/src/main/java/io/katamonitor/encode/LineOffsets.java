package io.katamonitor.encode;

import java.util.Arrays;

/**
 * Where the lines of a piece stand in the block. A line is a lead (protobuf: tag and length of the
 * message; text: nothing), then prefix, labels, suffix and value. Shared by all encoders of a
 * thread.
 */
final class LineOffsets {
  private int[] starts = new int[64];
  private int[] prefixes = new int[64];

  /** Makes room for {@code lines} lines and the end. */
  void ensure(int lines) {
    if (starts.length <= lines) {
      starts = Arrays.copyOf(starts, Math.max(2 * starts.length, lines + 1));
      prefixes = Arrays.copyOf(prefixes, starts.length);
    }
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

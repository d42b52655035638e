package io.katamonitor.encode;

import static io.katamonitor.encode.DeflateTables.MAX_DISTANCE;
import static io.katamonitor.encode.LabelMatcher.MIN_MATCH;

/**
 * Writes the fields of histograms and summaries in protobuf. Bounds that are the same as in the
 * previous one are written as matches. Takes {@value #MAX_KEPT_BYTES} bytes of heap and four per
 * bound of these. Confined to one thread.
 */
final class DistributionMatcher {
  /** A bound, its tag, and the bytes before the count of the next bucket. */
  private static final int BOUND_BYTES = 12;

  /** A larger histogram is not kept for comparison with the next one. */
  private static final int MAX_KEPT_BYTES = 4096;

  private static final int[] NO_BOUNDS = {};

  private final GzipStream stream;

  /**
   * The fields of the previous one, the offsets of its bounds in them, and their position in the
   * stream.
   */
  private byte[] fields = {};

  private int[] bounds = NO_BOUNDS;
  private int position;

  DistributionMatcher(GzipStream stream) {
    this.stream = stream;
  }

  /** Drops the previous histogram or summary. */
  void clear() {
    bounds = NO_BOUNDS;
  }

  /**
   * Writes fields.
   *
   * @param bytes the block in which they stand from {@code from} to {@code to}
   * @param blockPosition where the block starts in the stream
   * @param offsets with the bounds
   */
  void write(byte[] bytes, int from, int to, int blockPosition, LineOffsets offsets) {
    int count = offsets.bounds();
    boolean isComparable =
        count == bounds.length && blockPosition + from - position < MAX_DISTANCE / 2;
    int at = from;
    for (int i = 0; i < count && isComparable; i++) {
      int bound = offsets.bound(i);
      int length = commonLength(bytes, bound, to, bounds[i]);
      if (length >= MIN_MATCH) {
        stream.literals(bytes, at, bound - at);
        stream.match(length, blockPosition + bound - (position + bounds[i]));
        at = bound + length;
      }
    }
    stream.literals(bytes, at, to - at);
    keep(bytes, from, to, blockPosition, offsets);
  }

  private int commonLength(byte[] bytes, int at, int to, int earlier) {
    int max = Math.min(BOUND_BYTES, Math.min(to - at, fields.length - earlier));
    int length = 0;
    while (length < max && bytes[at + length] == fields[earlier + length]) {
      length++;
    }
    return length;
  }

  private void keep(byte[] bytes, int from, int to, int blockPosition, LineOffsets offsets) {
    int count = offsets.bounds();
    if (to - from > MAX_KEPT_BYTES) {
      bounds = NO_BOUNDS;
      return;
    }
    if (fields.length != to - from) {
      fields = new byte[to - from];
    }
    System.arraycopy(bytes, from, fields, 0, to - from);
    position = blockPosition + from;
    if (bounds.length != count) {
      bounds = new int[count];
    }
    for (int i = 0; i < count; i++) {
      bounds[i] = offsets.bound(i) - from;
    }
  }
}

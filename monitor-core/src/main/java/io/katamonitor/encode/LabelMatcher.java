package io.katamonitor.encode;

import static io.katamonitor.encode.DeflateTables.MAX_DISTANCE;

import io.katamonitor.merge.LabelBytes;
import java.util.Arrays;

/**
 * Writes the labels of sandboxes as matches of earlier labels: those of the same body, or the
 * labels written last, which have the same names and similar values. Takes 4 bytes of heap per
 * body. Confined to one thread.
 */
final class LabelMatcher {
  /** Shorter matches are written as literals. */
  static final int MIN_MATCH = 4;

  static final LabelBytes NONE = new LabelBytes(new byte[0], new int[0]);

  private final GzipStream stream;

  /** Where the labels of each body stood last. */
  private final int[] positions;

  private LabelBytes last = NONE;
  private int lastPosition;

  LabelMatcher(int bodies, GzipStream stream) {
    this.positions = new int[bodies];
    this.stream = stream;
  }

  /** Forgets all positions. */
  void clear() {
    Arrays.fill(positions, 0);
    last = NONE;
  }

  /** Records the position of labels that the caller has written as part of a longer match. */
  void record(int body, LabelBytes labels, int position) {
    positions[body] = position;
    last = labels;
    lastPosition = position;
  }

  /**
   * Writes labels.
   *
   * @param position their position in the stream
   * @param bytes the block that contains them, from {@code offset} on
   */
  void write(int body, LabelBytes labels, int position, byte[] bytes, int offset) {
    int length = labels.length();
    if (length == 0) {
      return;
    }
    if (length >= MIN_MATCH && position - positions[body] <= MAX_DISTANCE) {
      stream.match(length, position - positions[body]);
    } else if (last.length() > 0) {
      writeDifference(labels, position, bytes, offset);
    } else {
      stream.literals(bytes, offset, length);
    }
    record(body, labels, position);
  }

  /**
   * Writes names as matches of the previous labels, and likewise the common start of each value.
   */
  private void writeDifference(LabelBytes labels, int position, byte[] bytes, int offset) {
    int from = 0;
    int fromBefore = 0;
    for (int i = 0; i < labels.pieceEnds().length; i++) {
      int end = labels.pieceEnds()[i];
      int endBefore = last.pieceEnds()[i];
      int mismatch =
          Arrays.mismatch(labels.bytes(), from, end, last.bytes(), fromBefore, endBefore);
      int same = mismatch < 0 ? end - from : mismatch;
      int distance = position + from - (lastPosition + fromBefore);
      if (same >= MIN_MATCH && distance <= MAX_DISTANCE) {
        stream.match(same, distance);
      } else {
        same = 0;
      }
      stream.literals(bytes, offset + from + same, end - from - same);
      from = end;
      fromBefore = endBefore;
    }
    stream.literals(bytes, offset + from, labels.length() - from);
  }
}

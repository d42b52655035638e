package io.katamonitor.encode;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.template.LinePattern;

/**
 * Takes the bytes that an encoder writes to the shared {@link Block}. After each piece the encoder
 * calls the method that describes the piece. Confined to one thread.
 */
interface BlockOutput {
  /** Starts a block; until {@link #endBlock} this encoder owns the shared buffers. */
  void beginBlock();

  /** The block's bytes since the last piece have no known structure. */
  void endPiece();

  /**
   * The block's bytes since the last piece are the labels of a body, inside bytes of no known
   * structure.
   */
  void endLabels(int body, LabelBytes labels);

  /**
   * The block's bytes since the last piece are lines of a pattern: each a lead, the prefix, the
   * labels, the suffix and a value.
   *
   * @param pattern of the lines {@code [from, to)}
   * @param body index of the body
   * @param offsets where in the block the lines start, and after the last one its end; from 0 on
   */
  void endLines(
      LinePattern pattern, int from, int to, int body, LabelBytes labels, LineOffsets offsets);

  /** Whether {@link #endLines} uses the offsets. */
  boolean usesOffsets();

  /** Whether the block should end. */
  boolean isFull();

  /** Ends the block and hands out its bytes. */
  void endBlock(boolean isLast);
}

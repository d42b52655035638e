package io.katamonitor.merge;

/**
 * The labels of a sandbox as bytes of one format. The arrays must not be modified.
 *
 * @param bytes all labels
 * @param pieceEnds ends of pieces that start alike for all sandboxes: the value of a label is at
 *     the end of a piece, and in protobuf so is the length of a label
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LabelBytes(byte[] bytes, int[] pieceEnds) {
  /** Without any label. */
  static final LabelBytes NONE = new LabelBytes(new byte[0], new int[0]);

  public int length() {
    return bytes.length;
  }
}

package io.katamonitor.merge;

/**
 * The labels of a sandbox as bytes of one format. Immutable by convention: the arrays are not to be
 * changed.
 *
 * @param bytes all labels
 * @param valueEnds where the value of each label ends in {@code bytes}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LabelBytes(byte[] bytes, int[] valueEnds) {
  /** Without any label. */
  static final LabelBytes NONE = new LabelBytes(new byte[0], new int[0]);

  public int length() {
    return bytes.length;
  }
}

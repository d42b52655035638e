package io.katamonitor.encode;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.template.LinePattern;
import org.jspecify.annotations.Nullable;

/** Writes lines of text by inserting labels and values into a pattern: the splice. Stateless. */
final class LineSplicer {
  private LineSplicer() {}

  /**
   * Writes the lines {@code [from, to)} of a pattern to the block.
   *
   * @param values the values, each with a line feed
   * @param valuesStart where the value of line {@code from} starts
   * @param offsets receives the offsets of the lines; null if they are not needed
   * @return where the value of line {@code to} starts
   */
  static int splice(
      LinePattern pattern,
      int from,
      int to,
      LabelBytes labels,
      byte[] values,
      int valuesStart,
      int valuesEnd,
      Block block,
      @Nullable LineOffsets offsets) {
    byte[] label = labels.bytes();
    int labelLength = label.length;
    block.ensure(
        pattern.start(to)
            - pattern.start(from)
            + (to - from) * labelLength
            + valuesEnd
            - valuesStart);
    if (offsets != null) {
      offsets.reset(to - from);
    }
    byte[] source = pattern.bytes();
    int[] insertOffsets = pattern.insertOffsets();
    int[] ends = pattern.ends();
    byte[] target = block.bytes();
    int at = block.length();
    int start = pattern.start(from);
    int value = valuesStart;
    for (int i = from; i < to; i++) {
      if (offsets != null) {
        offsets.set(i - from, at, at);
      }
      int insert = insertOffsets[i];
      int end = ends[i];
      System.arraycopy(source, start, target, at, insert - start);
      at += insert - start;
      System.arraycopy(label, 0, target, at, labelLength);
      at += labelLength;
      for (int k = insert; k < end; k++) {
        target[at++] = source[k];
      }
      start = end;
      byte c;
      do {
        c = values[value++];
        target[at++] = c;
      } while (c != '\n');
    }
    if (offsets != null) {
      offsets.set(to - from, at, at);
    }
    block.setLength(at);
    return value;
  }
}

package io.katamonitor.encode;

import io.katamonitor.exposition.SampleNumber;
import io.katamonitor.merge.LabelBytes;
import io.katamonitor.template.LinePattern;

/**
 * Writes {@code Metric} messages of single values by inserting labels and values into a pattern.
 * Stateless.
 */
final class MessageSplicer {
  /** Integers of this many digits are exact in a float64. */
  static final int MAX_EXACT_DIGITS = 15;

  /** Tag and length of a message. */
  private static final int MAX_LEAD = 6;

  private MessageSplicer() {}

  /**
   * Writes the messages {@code [from, to)} of a pattern to the block.
   *
   * @param values the values as text, that of message {@code from} first, each with a line feed
   * @param offsets receives the offsets of the messages
   * @return where in {@code values} the value of message {@code to} starts
   */
  static int splice(
      LinePattern pattern,
      int from,
      int to,
      LabelBytes labels,
      byte[] values,
      Block block,
      LineOffsets offsets) {
    byte[] label = labels.bytes();
    int labelLength = label.length;
    block.ensure(
        pattern.start(to)
            - pattern.start(from)
            + (to - from) * (MAX_LEAD + labelLength + Double.BYTES));
    offsets.reset(to - from);
    byte[] source = pattern.bytes();
    int[] insertOffsets = pattern.insertOffsets();
    int[] ends = pattern.ends();
    byte[] target = block.bytes();
    int at = block.length();
    int start = pattern.start(from);
    int value = 0;
    for (int i = from; i < to; i++) {
      int insert = insertOffsets[i];
      int end = ends[i];
      int messageStart = at;
      target[at++] = MetricFields.FAMILY_METRIC;
      at = Block.putVarint(target, at, end - start + labelLength + Double.BYTES);
      offsets.set(i - from, messageStart, at);
      System.arraycopy(source, start, target, at, insert - start);
      at += insert - start;
      System.arraycopy(label, 0, target, at, labelLength);
      at += labelLength;
      for (int k = insert; k < end; k++) {
        target[at++] = source[k];
      }
      start = end;
      int valueStart = value;
      long digits = 0;
      byte c = values[value];
      while (c >= '0' && c <= '9') {
        digits = digits * 10 + (c - '0');
        c = values[++value];
      }
      double number;
      if (c == '\n' && value - valueStart <= MAX_EXACT_DIGITS) {
        number = digits;
      } else {
        while (values[value] != '\n') {
          value++;
        }
        number = SampleNumber.parse(values, valueStart, value);
      }
      value++;
      Block.putDouble(target, at, number);
      at += Double.BYTES;
    }
    offsets.set(to - from, at, at);
    block.setLength(at);
    return value;
  }
}

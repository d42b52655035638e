package io.katamonitor.aggregate;

import io.katamonitor.exposition.Bytes;
import io.katamonitor.exposition.FamilyShape;
import java.util.Arrays;

/** Text in the making: the splice. Confined to one thread, empty between turns. */
final class TextBlock {
  private static final int NORMAL_BYTES = 128 * 1024;

  /** Strides of eight write up to seven bytes too far. */
  private static final int SLACK = 2 * Long.BYTES;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long NEWLINES = '\n' * ONES;

  private byte[] bytes = new byte[NORMAL_BYTES];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
    if (bytes.length > 4 * NORMAL_BYTES) {
      bytes = new byte[NORMAL_BYTES];
    }
  }

  void add(byte[] text, int from, int count) {
    ensure(count);
    System.arraycopy(text, from, bytes, length, count);
    length += count;
  }

  /** Adds lines of a shape; the arguments are those of {@link ExpositionSink#lines}. */
  void add(FamilyShape shape, int count, LabelText labels, byte[] values, int valuesLength) {
    ensure(shape.outStart(count) + count * labels.length() + valuesLength);
    byte[] heads = shape.out();
    int[] cuts = shape.cut();
    int[] ends = shape.outEnd();
    byte[] label = labels.text();
    int labelLength = labels.length();
    byte[] to = bytes;
    int at = length;
    int head = 0;
    int value = 0;
    for (int i = 0; i < count; i++) {
      int cut = cuts[i];
      int end = ends[i];
      System.arraycopy(heads, head, to, at, cut - head);
      at += cut - head;
      System.arraycopy(label, 0, to, at, labelLength);
      at += labelLength;
      // Mostly a brace and a blank: one stride.
      Bytes.LONG.set(to, at, (long) Bytes.LONG.get(heads, cut));
      if (end - cut > Long.BYTES) {
        System.arraycopy(heads, cut, to, at, end - cut);
      }
      at += end - cut;
      head = end;
      long hit;
      do {
        long word = (long) Bytes.LONG.get(values, value);
        Bytes.LONG.set(to, at, word);
        long x = word ^ NEWLINES;
        hit = (x - ONES) & ~x & HIGHS;
        int taken = hit == 0 ? Long.BYTES : (Long.numberOfTrailingZeros(hit) >>> 3) + 1;
        value += taken;
        at += taken;
      } while (hit == 0);
    }
    length = at;
  }

  private void ensure(int more) {
    if (bytes.length - length < more + SLACK) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more + SLACK));
    }
  }
}

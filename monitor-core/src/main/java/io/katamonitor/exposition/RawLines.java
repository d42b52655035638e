package io.katamonitor.exposition;

/**
 * How a raw section keeps its lines: for each, the number of bytes before the cut, these bytes, the
 * number behind it, those bytes with the value and a line feed. Numbers are four bytes, the lowest
 * first.
 */
public final class RawLines {
  public static final int NUMBER_BYTES = 4;

  private RawLines() {}

  /** Adds a line; its head is written part by part, as it may be as large as a whole answer. */
  static void append(
      SampleLine line, Family family, boolean labelled, byte[] tail, int tailLength, PagedBytes to)
      throws MemoryExhaustedException {
    var count = new Counter();
    HeadText.before(line, family, labelled, count);
    number(count.bytes, to);
    HeadText.before(line, family, labelled, to::append);
    count = new Counter();
    HeadText.behind(line, labelled, count);
    number(count.bytes + tailLength, to);
    HeadText.behind(line, labelled, to::append);
    to.append(tail, 0, tailLength);
  }

  private static void number(int value, PagedBytes to) throws MemoryExhaustedException {
    byte[] four = {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    to.append(four, 0, NUMBER_BYTES);
  }

  /** The number that stands at {@code at}. */
  public static int number(byte[] from, int at) {
    return (from[at] & 0xFF)
        | (from[at + 1] & 0xFF) << 8
        | (from[at + 2] & 0xFF) << 16
        | (from[at + 3] & 0xFF) << 24;
  }

  private static final class Counter implements HeadText.Target {
    int bytes;

    @Override
    public void put(byte[] text, int from, int length) {
      bytes += length;
    }
  }
}

package io.katamonitor.encode;

import java.util.Arrays;

/**
 * Writes the header of a deflate block with dynamic Huffman codes: the lengths of its two codes, as
 * runs that are Huffman-coded themselves (RFC 1951, section 3.2.7). Confined to one thread.
 */
final class BlockHeader {
  private static final int LENGTH_CODES = 19;

  /** The order in which the lengths of the code for runs are written. */
  private static final byte[] LENGTH_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private final HuffmanCode runCode = new HuffmanCode(LENGTH_CODES, 7);
  private final int[] runCounts = new int[LENGTH_CODES];

  /** Symbol, and above eight bits the repeat count less its base. */
  private final int[] runs = new int[DeflateTables.LITERAL_CODES + DeflateTables.DISTANCE_CODES];

  private int runCount;
  private final byte[] lengths =
      new byte[DeflateTables.LITERAL_CODES + DeflateTables.DISTANCE_CODES];

  void write(HuffmanCode literalCode, HuffmanCode distanceCode, BitWriter out) {
    int literals = used(literalCode.lengths(), DeflateTables.FIRST_LENGTH);
    int distances = used(distanceCode.lengths(), 1);
    System.arraycopy(literalCode.lengths(), 0, lengths, 0, literals);
    System.arraycopy(distanceCode.lengths(), 0, lengths, literals, distances);
    collectRuns(literals + distances);
    runCode.build(runCounts);
    int ordered = LENGTH_CODES;
    while (ordered > 4 && runCode.lengths()[LENGTH_ORDER[ordered - 1]] == 0) {
      ordered--;
    }
    out.write(0, 1);
    out.write(2, 2);
    out.write(literals - DeflateTables.FIRST_LENGTH, 5);
    out.write(distances - 1, 5);
    out.write(ordered - 4, 4);
    for (int i = 0; i < ordered; i++) {
      out.write(runCode.lengths()[LENGTH_ORDER[i]], 3);
    }
    for (int i = 0; i < runCount; i++) {
      int symbol = runs[i] & 0xFF;
      out.write(runCode.codes()[symbol] & 0xFFFF, runCode.lengths()[symbol]);
      switch (symbol) {
        case 16 -> out.write(runs[i] >>> 8, 2);
        case 17 -> out.write(runs[i] >>> 8, 3);
        case 18 -> out.write(runs[i] >>> 8, 7);
        default -> {}
      }
    }
  }

  private static int used(byte[] lengths, int atLeast) {
    int used = lengths.length;
    while (used > atLeast && lengths[used - 1] == 0) {
      used--;
    }
    return used;
  }

  private void collectRuns(int total) {
    Arrays.fill(runCounts, 0);
    runCount = 0;
    int i = 0;
    while (i < total) {
      int length = lengths[i];
      int run = 1;
      while (i + run < total && lengths[i + run] == length) {
        run++;
      }
      i += run;
      int rest = length == 0 ? addZeros(run) : addRepeats(length, run);
      for (; rest > 0; rest--) {
        add(length, 0);
      }
    }
  }

  private int addZeros(int run) {
    int rest = run;
    while (rest >= 11) {
      int part = Math.min(rest, 138);
      add(18, part - 11);
      rest -= part;
    }
    if (rest >= 3) {
      add(17, rest - 3);
      return 0;
    }
    return rest;
  }

  private int addRepeats(int length, int run) {
    add(length, 0);
    int rest = run - 1;
    while (rest >= 3) {
      int part = Math.min(rest, 6);
      add(16, part - 3);
      rest -= part;
    }
    return rest;
  }

  private void add(int symbol, int repeat) {
    runs[runCount++] = symbol | repeat << 8;
    runCounts[symbol]++;
  }
}

package io.katamonitor.encode;

import java.util.Arrays;

/**
 * A canonical Huffman code of limited length, built from symbol counts (RFC 1951, section 3.2.2).
 * Reusable: each {@link #build} replaces the code.
 */
final class HuffmanCode {
  private final int maxBits;
  private final byte[] lengths;
  private final short[] codes;
  private final long[] order;
  private final int[] parent;
  private final long[] weight;
  private final int[] depth;
  private final int[] perLength;
  private final int[] nextCode;

  /**
   * @param symbols maximum number of symbols
   * @param maxBits of a code, at most 15
   */
  HuffmanCode(int symbols, int maxBits) {
    this.maxBits = maxBits;
    lengths = new byte[symbols];
    codes = new short[symbols];
    order = new long[symbols];
    parent = new int[2 * symbols];
    weight = new long[2 * symbols];
    depth = new int[2 * symbols];
    perLength = new int[Math.max(2 * symbols, maxBits) + 1];
    nextCode = new int[maxBits + 2];
  }

  /** The bits of each symbol's code; 0 where the symbol does not occur. */
  byte[] lengths() {
    return lengths;
  }

  /** Each symbol's code, the first bit lowest, as deflate packs it. */
  short[] codes() {
    return codes;
  }

  /**
   * Builds the code for these counts. A single symbol gets a code of one bit; without symbols there
   * is no code.
   */
  void build(int[] counts) {
    Arrays.fill(lengths, (byte) 0);
    int used = 0;
    for (int i = 0; i < lengths.length; i++) {
      if (counts[i] > 0) {
        order[used++] = (long) counts[i] << 32 | i;
      }
    }
    if (used == 0) {
      return;
    }
    if (used == 1) {
      lengths[(int) order[0]] = 1;
    } else {
      Arrays.sort(order, 0, used);
      measureDepths(used);
      boundLengths();
      assignLengths(used);
    }
    assignCodes();
  }

  /**
   * Huffman's construction by two queues: leaves in order of weight, and inner nodes, which come in
   * that order.
   */
  private void measureDepths(int leaves) {
    for (int i = 0; i < leaves; i++) {
      weight[i] = order[i] >>> 32;
    }
    int leaf = 0;
    int inner = leaves;
    int nodes = 2 * leaves - 1;
    for (int node = leaves; node < nodes; node++) {
      long sum = 0;
      for (int child = 0; child < 2; child++) {
        boolean takeLeaf = leaf < leaves && (inner >= node || weight[leaf] <= weight[inner]);
        int taken = takeLeaf ? leaf++ : inner++;
        parent[taken] = node;
        sum += weight[taken];
      }
      weight[node] = sum;
    }
    Arrays.fill(perLength, 0);
    depth[nodes - 1] = 0;
    for (int node = nodes - 2; node >= 0; node--) {
      depth[node] = depth[parent[node]] + 1;
      if (node < leaves) {
        perLength[depth[node]]++;
      }
    }
  }

  /**
   * Shortens codes that are too long to the maximum, then lengthens the longest of the others until
   * Kraft's sum is one again.
   */
  private void boundLengths() {
    long kraft = 0;
    for (int bits = perLength.length - 1; bits > maxBits; bits--) {
      perLength[maxBits] += perLength[bits];
      perLength[bits] = 0;
    }
    for (int bits = 1; bits <= maxBits; bits++) {
      kraft += (long) perLength[bits] << (maxBits - bits);
    }
    while (kraft > 1L << maxBits) {
      int bits = maxBits - 1;
      while (perLength[bits] == 0) {
        bits--;
      }
      perLength[bits]--;
      perLength[bits + 1] += 2;
      perLength[maxBits]--;
      kraft--;
    }
  }

  /** The rarest symbols get the longest codes. */
  private void assignLengths(int leaves) {
    int leaf = 0;
    for (int bits = maxBits; bits >= 1; bits--) {
      for (int i = perLength[bits]; i > 0; i--) {
        lengths[(int) order[leaf++]] = (byte) bits;
      }
    }
    if (leaf != leaves) {
      throw new IllegalStateException("lengths for " + leaf + " of " + leaves + " symbols");
    }
  }

  private void assignCodes() {
    int[] perBits = new int[maxBits + 1];
    for (byte length : lengths) {
      perBits[length]++;
    }
    perBits[0] = 0;
    int code = 0;
    for (int bits = 1; bits <= maxBits; bits++) {
      code = (code + perBits[bits - 1]) << 1;
      nextCode[bits] = code;
    }
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      int bits = lengths[symbol];
      if (bits > 0) {
        codes[symbol] = (short) (Integer.reverse(nextCode[bits]++) >>> (Integer.SIZE - bits));
      }
    }
  }
}

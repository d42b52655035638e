package io.katamonitor.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Packs values of any number of bits into bytes, lowest bit first (RFC 1951, section 3.1.1).
 * Confined to one thread.
 */
final class BitWriter {
  /**
   * A literal token has its number of literals, 1 to 3, from this bit up; the first literal is in
   * the lowest byte.
   */
  static final int COUNT_SHIFT = 24;

  /** This bit marks a match token. */
  static final int MATCH = 1 << 31;

  /** A match token has its length less 3 from this bit up, and below it its distance less 1. */
  static final int LENGTH_SHIFT = 15;

  /** A match token has the code of its distance from this bit up. */
  static final int DISTANCE_CODE_SHIFT = 23;

  /** A match takes 48 bits at most, three literals 45. */
  private static final int MAX_TOKEN_BYTES = 6;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] out = new byte[64 * 1024];
  private int length;

  /** Bits that are not yet in {@link #out}; at most 7 between two writes. */
  private long bits;

  private int bitCount;

  /** Starts with the pending bits of a stream. */
  void begin(PendingBits stream) {
    bits = stream.bits;
    bitCount = stream.count;
    length = 0;
  }

  /** Hands the bits that make no whole byte back to the stream. */
  void end(PendingBits stream) {
    stream.bits = bits;
    stream.count = bitCount;
  }

  /** The bytes written; valid until the next block. */
  byte[] bytes() {
    return out;
  }

  int length() {
    return length;
  }

  /** Writes at most 57 bits. */
  void write(long value, int count) {
    ensure(Long.BYTES);
    bits |= value << bitCount;
    bitCount += count;
    LONG.set(out, length, bits);
    length += bitCount >>> 3;
    bits >>>= bitCount & 0x38;
    bitCount &= 7;
  }

  /** Pads the current byte with zeros. */
  void alignToByte() {
    write(0, -bitCount & 7);
  }

  /**
   * Writes tokens with the codes of a block.
   *
   * @param literals per literal: how many bits its code has, and from bit 8 on the code
   * @param lengths per length: how many bits code and extra bits have, and from bit 8 on those
   * @param distances per code of a distance: how many bits it has; from bit 8 on a mask for the
   *     extra bits; from 24 on their number; from 32 on the code
   */
  void writeTokens(int[] tokens, int count, int[] literals, long[] lengths, long[] distances) {
    ensure(count * MAX_TOKEN_BYTES + Long.BYTES);
    byte[] out = this.out;
    int to = length;
    long bits = this.bits;
    int bitCount = this.bitCount;
    for (int i = 0; i < count; i++) {
      int token = tokens[i];
      if (token >= 0) {
        int code = literals[token & 0xFF];
        bits |= (long) (code >>> 8) << bitCount;
        bitCount += code & 0xFF;
        if (token >= 2 << COUNT_SHIFT) {
          code = literals[token >>> 8 & 0xFF];
          bits |= (long) (code >>> 8) << bitCount;
          bitCount += code & 0xFF;
          if (token >= 3 << COUNT_SHIFT) {
            code = literals[token >>> 16 & 0xFF];
            bits |= (long) (code >>> 8) << bitCount;
            bitCount += code & 0xFF;
          }
        }
      } else {
        long length = lengths[token >>> LENGTH_SHIFT & 0xFF];
        bits |= (length >>> 8) << bitCount;
        bitCount += (int) length & 0xFF;
        long distance = distances[token >>> DISTANCE_CODE_SHIFT & 0x1F];
        bits |= (distance >>> 32) << bitCount;
        bitCount += (int) distance & 0xFF;
        bits |= (token & distance >>> 8 & 0x7FFF) << bitCount;
        bitCount += (int) (distance >>> 24) & 0xFF;
      }
      LONG.set(out, to, bits);
      to += bitCount >>> 3;
      bits >>>= bitCount & 0x38;
      bitCount &= 7;
    }
    this.bits = bits;
    this.bitCount = bitCount;
    length = to;
  }

  private void ensure(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
    }
  }

  /** Up to seven bits of a stream that do not make a whole byte yet. */
  static final class PendingBits {
    private long bits;
    private int count;
  }
}

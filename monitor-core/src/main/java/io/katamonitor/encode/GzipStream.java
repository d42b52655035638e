package io.katamonitor.encode;

import io.katamonitor.encode.DeflateBlock.PendingBits;
import java.util.zip.CRC32;

/**
 * State of a gzip member (RFC 1952) between its blocks: pending bits, checksum, size. Confined to
 * one thread.
 */
final class GzipStream {
  /** No file name, no time, fastest compression, unknown system. */
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 4, (byte) 0xFF};

  private static final int TRAILER_BYTES = 8;

  private final PendingBits pending = new PendingBits();
  private final CRC32 crc = new CRC32();

  /** Uncompressed bytes modulo 2^32, as the trailer has it. */
  private int size;

  /** The bytes before the first block; not to be changed. */
  static byte[] header() {
    return HEADER;
  }

  /** Counts uncompressed bytes. */
  void update(byte[] bytes, int from, int length) {
    crc.update(bytes, from, length);
    size += length;
  }

  /** Begins a block, to which the caller then adds tokens. */
  void begin(DeflateBlock block) {
    block.begin(pending);
  }

  /** Ends the block, whose output is then valid. The last one is followed by the trailer. */
  void end(DeflateBlock block, boolean isLast) {
    block.end(pending, isLast);
  }

  /** The bytes after the last block. */
  byte[] trailer() {
    byte[] trailer = new byte[TRAILER_BYTES];
    long both = crc.getValue() | (long) size << Integer.SIZE;
    for (int i = 0; i < TRAILER_BYTES; i++) {
      trailer[i] = (byte) (both >>> (Byte.SIZE * i));
    }
    return trailer;
  }
}

package io.katamonitor.gzip;

import io.katamonitor.gzip.DeflateBlock.PendingBits;
import java.util.zip.CRC32;

/** What a gzip member (RFC 1952) needs between its blocks: pending bits, checksum, size. */
public final class GzipStream {
  /** No file name, no time, fastest compression, unknown system. */
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 4, (byte) 0xFF};

  private static final int TRAILER_BYTES = 8;

  private final PendingBits pending = new PendingBits();
  private final CRC32 crc = new CRC32();

  /** Modulo 2^32, as the trailer wants it. */
  private int size;

  /** What stands before the first block; not to be changed. */
  public static byte[] header() {
    return HEADER;
  }

  /** Takes note of text that the block to come stands for. */
  public void text(byte[] text, int from, int length) {
    crc.update(text, from, length);
    size += length;
  }

  /** Begins a block, to which tokens are then added. */
  public void begin(DeflateBlock block) {
    block.begin(pending);
  }

  /** Ends the block; its bytes are its output. The last one must be followed by the trailer. */
  public void end(DeflateBlock block, boolean isLast) {
    block.end(pending, isLast);
  }

  /** What stands behind the last block. */
  public byte[] trailer() {
    byte[] trailer = new byte[TRAILER_BYTES];
    long both = crc.getValue() | (long) size << Integer.SIZE;
    for (int i = 0; i < TRAILER_BYTES; i++) {
      trailer[i] = (byte) (both >>> (Byte.SIZE * i));
    }
    return trailer;
  }
}

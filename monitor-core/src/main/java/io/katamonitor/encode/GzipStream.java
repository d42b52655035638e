package io.katamonitor.encode;

import io.katamonitor.encode.BitWriter.PendingBits;
import java.util.zip.CRC32;

/**
 * Writes one gzip member (RFC 1952): its tokens go to a deflate block, which is handed out when it
 * is full. Keeps checksum, size and pending bits between blocks. Confined to one thread.
 */
final class GzipStream {
  /** No file name, no time, fastest compression, unknown system. */
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 4, (byte) 0xFF};

  private static final int TRAILER_BYTES = 8;
  private static final int MAX_TOKENS_AT_ONCE = 256;

  /** Literals per token. */
  private static final int LITERALS_AT_ONCE = 3 * MAX_TOKENS_AT_ONCE;

  private final DeflateBlock block;
  private final ByteConsumer out;
  private final PendingBits pending = new PendingBits();
  private final CRC32 crc = new CRC32();

  /** Uncompressed bytes modulo 2^32, as the trailer has it. */
  private int size;

  /** Starts the member: its header is handed out. */
  GzipStream(DeflateBlock block, ByteConsumer out) {
    this.block = block;
    this.out = out;
    out.accept(HEADER, 0, HEADER.length);
  }

  /** Counts uncompressed bytes. */
  void update(byte[] bytes, int from, int length) {
    crc.update(bytes, from, length);
    size += length;
  }

  /** Begins a block; until its end this stream owns the deflate block. */
  void beginBlock() {
    block.begin(pending);
  }

  /** Whether the block should be ended. */
  boolean isFull() {
    return block.isFull();
  }

  /** Ends the block and hands it out, the last one with the trailer. */
  void endBlock(boolean isLast) {
    block.end(pending, isLast);
    out.accept(block.output(), 0, block.outputLength());
    if (isLast) {
      out.accept(trailer(), 0, TRAILER_BYTES);
    }
  }

  /**
   * Adds a match.
   *
   * @param length 3 to 65,536
   * @param distance 1 to {@value DeflateTables#MAX_DISTANCE}
   */
  void match(int length, int distance) {
    ensureRoom();
    block.match(length, distance);
  }

  void literal(char value) {
    ensureRoom();
    block.literal(value);
  }

  /** Adds any number of literals. */
  void literals(byte[] bytes, int from, int length) {
    int end = from + length;
    for (int at = from; at < end; at += LITERALS_AT_ONCE) {
      ensureRoom();
      block.literals(bytes, at, Math.min(end - at, LITERALS_AT_ONCE));
    }
  }

  /** Makes room for what one call adds at most: a match of 64 KiB takes 255 tokens. */
  private void ensureRoom() {
    if (block.room() < MAX_TOKENS_AT_ONCE) {
      endBlock(false);
      beginBlock();
    }
  }

  private byte[] trailer() {
    byte[] trailer = new byte[TRAILER_BYTES];
    long both = crc.getValue() | (long) size << Integer.SIZE;
    for (int i = 0; i < TRAILER_BYTES; i++) {
      trailer[i] = (byte) (both >>> (Byte.SIZE * i));
    }
    return trailer;
  }
}

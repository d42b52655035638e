package io.katamonitor.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Buffer for a piece of a response, with writes of raw bytes and of protobuf's wire format. Shared
 * by all encoders of a thread, empty between blocks. Confined to one thread.
 */
final class Block {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int NORMAL_BYTES = 160 * 1024;

  private byte[] bytes;
  private int length;

  Block() {
    this(NORMAL_BYTES);
  }

  /** A block with a small initial capacity, for content that is kept. */
  Block(int capacity) {
    bytes = new byte[capacity];
  }

  /** The array, of which {@link #length} bytes are written; each write may replace it. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Sets the length after bytes were written to the array directly. */
  void setLength(int written) {
    length = written;
  }

  void clear() {
    length = 0;
  }

  /** Drops the array if the last block was unusually large. */
  void shrink() {
    length = 0;
    if (bytes.length > 4 * NORMAL_BYTES) {
      bytes = new byte[NORMAL_BYTES];
    }
  }

  void write(byte[] from, int start, int count) {
    ensure(count);
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }

  void write(byte[] from) {
    write(from, 0, from.length);
  }

  void writeByte(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  /** Writes an unsigned number, seven bits in a byte, the lowest first. */
  void writeVarint(long value) {
    ensure(10);
    length = putVarint(bytes, length, value);
  }

  /** Writes the eight bytes of a float64. */
  void writeDouble(double value) {
    ensure(Long.BYTES);
    putDouble(bytes, length, value);
    length += Long.BYTES;
  }

  static int putVarint(byte[] to, int at, long value) {
    while ((value & ~0x7FL) != 0) {
      to[at++] = (byte) ((value & 0x7F) | 0x80);
      value >>>= 7;
    }
    to[at++] = (byte) value;
    return at;
  }

  static void putDouble(byte[] to, int at, double value) {
    LONG.set(to, at, Double.doubleToRawLongBits(value));
  }

  static int varintLength(long value) {
    return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
  }

  /** Makes room for {@code more} bytes. */
  void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}

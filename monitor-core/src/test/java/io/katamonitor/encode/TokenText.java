package io.katamonitor.encode;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A gzip member made token by token, and beside it the text that the tokens stand for, which is
 * what a reader must find.
 */
public final class TokenText {
  /** More than a turn of the merge adds at once. */
  private static final int ROOM = 256;

  private final DeflateBlock block;
  private final GzipStream stream = new GzipStream();
  private final ByteArrayOutputStream gzip = new ByteArrayOutputStream();
  private byte[] text = new byte[1024];
  private int length;

  /** How much of the text the checksum knows. */
  private int told;

  public TokenText(DeflateBlock block) {
    this.block = block;
    gzip.writeBytes(GzipStream.header());
    stream.begin(block);
  }

  public int length() {
    return length;
  }

  public void literal(int value) {
    room();
    ensure(1);
    text[length++] = (byte) value;
    block.literal((byte) value);
  }

  public void literals(byte[] bytes) {
    for (int from = 0; from < bytes.length; from += ROOM) {
      int part = Math.min(ROOM, bytes.length - from);
      room();
      ensure(part);
      System.arraycopy(bytes, from, text, length, part);
      length += part;
      block.literals(bytes, from, part);
    }
  }

  /** Repeats what stands {@code distance} back. */
  public void match(int count, int distance) {
    room();
    ensure(count);
    for (int i = 0; i < count; i++) {
      text[length] = text[length - distance];
      length++;
    }
    block.match(count, distance);
  }

  public void endBlock() {
    endBlock(false);
    stream.begin(block);
  }

  private void endBlock(boolean isLast) {
    stream.update(text, told, length - told);
    told = length;
    stream.end(block, isLast);
    gzip.write(block.output(), 0, block.outputLength());
  }

  /** The whole member. */
  public byte[] end() {
    endBlock(true);
    gzip.writeBytes(stream.trailer());
    return gzip.toByteArray();
  }

  public byte[] text() {
    return Arrays.copyOf(text, length);
  }

  private void room() {
    if (block.isFull() || block.room() < ROOM) {
      endBlock();
    }
  }

  private void ensure(int more) {
    if (text.length < length + more) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
    }
  }
}

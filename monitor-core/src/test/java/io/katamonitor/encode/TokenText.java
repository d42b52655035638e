package io.katamonitor.encode;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A gzip member written token by token, with the text that the tokens represent. */
public final class TokenText {
  private final ByteArrayOutputStream gzip = new ByteArrayOutputStream();
  private final GzipStream stream;
  private byte[] text = new byte[1024];
  private int length;

  /** Length of the text that is in the checksum so far. */
  private int checksummed;

  public TokenText(DeflateBlock block) {
    stream = new GzipStream(block, gzip::write);
    stream.beginBlock();
  }

  public int length() {
    return length;
  }

  public void literal(int value) {
    ensure(1);
    text[length++] = (byte) value;
    stream.literal((char) (value & 0xFF));
  }

  public void literals(byte[] bytes) {
    ensure(bytes.length);
    System.arraycopy(bytes, 0, text, length, bytes.length);
    length += bytes.length;
    stream.literals(bytes, 0, bytes.length);
  }

  /** Repeats the bytes {@code distance} back. */
  public void match(int count, int distance) {
    ensure(count);
    for (int i = 0; i < count; i++) {
      text[length] = text[length - distance];
      length++;
    }
    stream.match(count, distance);
  }

  public void endBlock() {
    endBlock(false);
    stream.beginBlock();
  }

  private void endBlock(boolean isLast) {
    stream.update(text, checksummed, length - checksummed);
    checksummed = length;
    stream.endBlock(isLast);
  }

  /** The whole member. */
  public byte[] end() {
    endBlock(true);
    return gzip.toByteArray();
  }

  public byte[] text() {
    return Arrays.copyOf(text, length);
  }

  private void ensure(int more) {
    if (text.length < length + more) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
    }
  }
}

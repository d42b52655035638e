package io.katamonitor.aggregate;

import io.katamonitor.exposition.FamilyShape;

/** Hands out the text itself. Confined to one thread. */
final class TextSink implements ExpositionSink {
  private static final int TURN_BYTES = 64 * 1024;

  private final TextBlock block;
  private final ByteConsumer out;

  TextSink(TextBlock block, ByteConsumer out) {
    this.block = block;
    this.out = out;
  }

  @Override
  public void beginTurn() {}

  @Override
  public void text(byte[] text, int from, int length) {
    block.add(text, from, length);
  }

  @Override
  public void lines(
      FamilyShape shape, int count, int part, LabelText labels, byte[] values, int length) {
    block.add(shape, count, labels, values, length);
  }

  @Override
  public void labels(int part, LabelText labels) {
    block.add(labels.text(), 0, labels.length());
  }

  @Override
  public boolean isFull() {
    return block.length() >= TURN_BYTES;
  }

  @Override
  public void endTurn(boolean isLast) {
    out.accept(block.bytes(), 0, block.length());
    block.clear();
  }
}

package io.katamonitor.encode;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.template.LinePattern;

/** Hands out blocks as they are, about {@value #BLOCK_BYTES} bytes each. Confined to one thread. */
final class PlainOutput implements BlockOutput {
  static final int BLOCK_BYTES = 96 * 1024;

  private final Block block;
  private final ByteConsumer out;

  PlainOutput(Block block, ByteConsumer out) {
    this.block = block;
    this.out = out;
  }

  @Override
  public void beginBlock() {}

  @Override
  public void endPiece() {}

  @Override
  public void endLabels(int body, LabelBytes labels) {}

  @Override
  public void endLines(
      LinePattern pattern, int from, int to, int body, LabelBytes labels, LineOffsets offsets) {}

  @Override
  public boolean usesOffsets() {
    return false;
  }

  @Override
  public boolean isFull() {
    return block.length() >= BLOCK_BYTES;
  }

  @Override
  public void endBlock(boolean isLast) {
    out.accept(block.bytes(), 0, block.length());
    block.shrink();
  }
}

package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class PlainOutputTest {
  @Test
  void handsOutAFullBlockAsItIs() {
    var block = new Block();
    var out = new ByteArrayOutputStream();
    var output = new PlainOutput(block, out::write);
    output.beginBlock();
    block.write(new byte[PlainOutput.BLOCK_BYTES - 1]);
    output.endPiece();
    assertThat(output.isFull()).isFalse();
    block.writeByte(7);
    assertThat(output.isFull()).isTrue();
    output.endBlock(false);

    assertThat(out.toByteArray()).hasSize(PlainOutput.BLOCK_BYTES).endsWith(7);
    assertThat(block.length()).isZero();
  }
}

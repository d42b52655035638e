package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BlockTest {
  private final Block block = new Block();

  private byte[] written() {
    return Arrays.copyOf(block.bytes(), block.length());
  }

  @Test
  void writesBytes() {
    block.write(new byte[] {1, 2, 3, 4}, 1, 2);
    block.writeByte(0xFF);
    block.write(new byte[] {9});

    assertThat(written()).containsExactly(2, 3, -1, 9);
    block.clear();
    assertThat(block.length()).isZero();
  }

  @Test
  void writesNumbersAsGeneratedMessagesDo() throws Exception {
    var expected = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(expected);
    for (long value : new long[] {0, 1, 127, 128, 16383, 16384, 1L << 35, Long.MAX_VALUE, -1}) {
      int before = block.length();
      block.writeVarint(value);
      out.writeUInt64NoTag(value);
      assertThat(Block.varintLength(value)).isEqualTo(block.length() - before);
    }
    for (double value : new double[] {0, -0.0, 5, Double.NaN, Double.POSITIVE_INFINITY}) {
      block.writeDouble(value);
      out.writeDoubleNoTag(value);
    }
    out.flush();

    assertThat(written()).isEqualTo(expected.toByteArray());
  }

  @Test
  void growsAndShrinks() {
    int normal = block.bytes().length;
    for (int i = 0; i < 50; i++) {
      block.write(new byte[normal / 7]);
    }
    assertThat(block.length()).isEqualTo(50 * (normal / 7));
    block.shrink();
    assertThat(block.length()).isZero();
    assertThat(block.bytes()).hasSize(normal);
  }
}

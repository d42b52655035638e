package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncoderBuffersTest {
  private final EncoderBuffers buffers = new MergedNode().encoderBuffers();

  @Test
  void growsForLongValuesAndShrinksAfterThem() {
    byte[] normal = buffers.values(10);
    assertThat(buffers.values(normal.length)).isSameAs(normal);
    assertThat(buffers.values(1 << 20)).hasSizeGreaterThanOrEqualTo(1 << 20);
    buffers.shrink();

    assertThat(buffers.values(10)).hasSize(normal.length);
  }

  @Test
  void dropsWhatALargeBlockNeeded() {
    byte[] normal = buffers.block.bytes();
    buffers.block.write(new byte[1 << 20]);
    buffers.shrink();

    assertThat(buffers.block.length()).isZero();
    assertThat(buffers.block.bytes()).hasSize(normal.length);
  }
}

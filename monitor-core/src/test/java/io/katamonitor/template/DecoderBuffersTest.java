package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DecoderBuffersTest {
  private final DecoderBuffers buffers = new DecoderBuffers();

  @Test
  void growsForALongLineAndShrinksAfterIt() {
    int normal = buffers.text.length;
    assertThat(buffers.ensureText(1 << 20)).hasSizeGreaterThanOrEqualTo(1 << 20);
    buffers.values[3] = 7;
    assertThat(buffers.ensureValues(1 << 20, 4)[3]).isEqualTo((byte) 7);

    buffers.shrink();

    assertThat(buffers.text).hasSize(normal);
    assertThat(buffers.values).hasSize(normal);
  }

  @Test
  void keepsOneBuilder() {
    var first = buffers.takeBuilder(LearningNode.NAMES);
    var second = buffers.takeBuilder(LearningNode.NAMES);
    assertThat(second).isNotSameAs(first);
    buffers.giveBuilder(first);
    buffers.giveBuilder(second);

    assertThat(buffers.takeBuilder(LearningNode.NAMES)).isSameAs(first);
    assertThat(buffers.takeBuilder(LearningNode.NAMES)).isNotSameAs(second);
  }
}

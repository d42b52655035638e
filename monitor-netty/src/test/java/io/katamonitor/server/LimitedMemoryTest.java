package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitedMemoryTest {
  @Test
  void asMuchAsTheLimitIsCharged() {
    var memory = new LimitedMemory(10);
    assertThat(memory.tryReserve(11)).isFalse();
    assertThat(memory.usedBytes()).isZero();
    assertThat(memory.tryReserve(7)).isTrue();
    assertThat(memory.tryReserve(4)).isFalse();
    assertThat(memory.tryReserve(3)).isTrue();
    assertThat(memory.usedBytes()).isEqualTo(10);
    memory.release(4);
    assertThat(memory.tryReserve(4)).isTrue();
  }

  @Test
  void hugeAmountDoesNotOverflow() {
    var memory = new LimitedMemory(10);
    memory.tryReserve(5);
    assertThat(memory.tryReserve(Long.MAX_VALUE)).isFalse();
    assertThat(memory.usedBytes()).isEqualTo(5);
  }
}

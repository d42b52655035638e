package io.katamonitor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryPoolTest {
  private final MemoryPool pool = new MemoryPool("off the heap", 100);

  @Test
  void accountsTogetherChargeUpToItsLimit() throws Exception {
    var bodies = new MemoryAccount("bodies", pool, 80);
    var connections = new MemoryAccount("connections", pool, 80);
    bodies.charge(70);
    assertThat(connections.tryCharge(31)).isFalse();
    assertThat(connections.usedBytes()).isZero();
    assertThat(connections.tryCharge(30)).isTrue();
    assertThat(pool.usedBytes()).isEqualTo(100);
    assertThat(pool.freeBytes()).isZero();

    bodies.release(70);
    assertThat(pool.usedBytes()).isEqualTo(30);
    assertThat(connections.tryCharge(50)).isTrue();
  }

  @Test
  void accountKeepsItsOwnLimitThoughThePoolHasMore() {
    var bodies = new MemoryAccount("bodies", pool, 80);
    assertThatThrownBy(() -> bodies.charge(81)).isInstanceOf(MemoryExhaustedException.class);
    assertThat(pool.usedBytes()).isZero();
  }

  @Test
  void hasANameAndALimit() {
    assertThat(pool.name()).isEqualTo("off the heap");
    assertThat(pool.maxBytes()).isEqualTo(100);
  }
}

package io.katamonitor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryAccountTest {
  private final MemoryAccount account = new MemoryAccount("bodies", 100);

  @Test
  void chargesUpToItsLimit() throws Exception {
    account.charge(60);
    assertThat(account.tryCharge(40)).isTrue();
    assertThat(account.tryCharge(1)).isFalse();
    assertThat(account.usedBytes()).isEqualTo(100);

    account.release(30);
    assertThat(account.tryCharge(30)).isTrue();
  }

  @Test
  void namesTheLimitThatIsReachedAndChargesNothing() {
    assertThatThrownBy(() -> account.charge(101))
        .isInstanceOf(MemoryExhaustedException.class)
        .hasMessage("the 100 bytes for bodies are in use");
    assertThat(account.usedBytes()).isZero();
  }

  @Test
  void noticesThatMoreIsReleasedThanWasCharged() {
    assertThatThrownBy(() -> account.release(1))
        .isInstanceOf(AssertionError.class)
        .hasMessage("bodies: released more than was charged");
  }

  @Test
  void hasANameAndALimit() {
    assertThat(account.name()).isEqualTo("bodies");
    assertThat(account.maxBytes()).isEqualTo(100);
  }
}

package io.katamonitor.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link MemoryAccount#isExcessive}: what one of many holders may take. */
class MemoryPartsTest {
  @Test
  void amountIsExcessiveOnlyWithAQuarterInUseByOthers() {
    assertThat(MemoryAccount.isExcessive(500_000, 750_000, 1_000_000)).isFalse();
    assertThat(MemoryAccount.isExcessive(500_001, 500_001, 1_000_000)).isTrue();
    assertThat(MemoryAccount.isExcessive(12_000, 262_001, 1_000_000)).isTrue();
    assertThat(MemoryAccount.isExcessive(11_000, 261_001, 1_000_000)).isFalse();
  }

  @Test
  void ordinaryAmountsFitBeside160GreedyHolders() {
    var account = new MemoryAccount("bodies", 64 << 20);
    for (int holder = 0; holder < 160; holder++) {
      long held = 0;
      while (held < 4 << 20 && !account.isExcessive(held + 2_048) && account.tryCharge(2_048)) {
        held += 2_048;
      }
      assertThat(held).isGreaterThan(30_000);
    }
  }
}

package io.katamonitor.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final long MIB = 1 << 20;

  private final MemoryBudget budget = new MemoryBudget(128 * MIB, 32 * MIB);

  /** The parts of the table in ARCHITECTURE.md, with a heap of 32 MiB for round numbers. */
  @Test
  void accountsHaveTheLimitsThatAreDocumented() {
    assertThat(budget.bodies().maxBytes()).isEqualTo(64 * MIB);
    assertThat(budget.rawBodies().maxBytes()).isEqualTo(16 * MIB);
    assertThat(budget.connections().maxBytes()).isEqualTo(64 * MIB);
    assertThat(budget.cri().maxBytes()).isEqualTo(16 * MIB);
    assertThat(budget.templates().maxBytes()).isEqualTo(4 * MIB);
    assertThat(budget.segments().maxBytes()).isEqualTo(6 * MIB);
    assertThat(budget.merges().maxBytes()).isEqualTo(4 * MIB);
    assertThat(budget.encoders().maxBytes()).isEqualTo(2 * MIB);
    assertThat(budget.documents().maxBytes()).isEqualTo(16 * MIB);
    assertThat(budget.history().maxBytes()).isEqualTo(MIB);
    assertThat(budget.offHeapBytes()).isEqualTo(128 * MIB);
  }

  @Test
  void allOffTheHeapTogetherHaveTheBudget() {
    assertThat(budget.bodies().tryCharge(64 * MIB)).isTrue();
    assertThat(budget.connections().tryCharge(60 * MIB)).isTrue();
    assertThat(budget.rawBodies().freeBytes()).isEqualTo(4 * MIB);
    assertThat(budget.rawBodies().tryCharge(5 * MIB)).isFalse();
    assertThat(budget.segments().tryCharge(6 * MIB)).as("the heap's own pool").isTrue();
  }

  @Test
  void allOnTheHeapTogetherHaveSevenSixteenthsOfIt() {
    assertThat(budget.templates().tryCharge(4 * MIB)).isTrue();
    assertThat(budget.segments().tryCharge(6 * MIB)).isTrue();
    assertThat(budget.merges().tryCharge(4 * MIB)).isTrue();
    assertThat(budget.encoders().tryCharge(1)).isFalse();
  }

  @Test
  void isDescribedInOneLineByName() {
    budget.cri().tryCharge(7);
    assertThat(budget.describe())
        .isEqualTo(
            "bodies=0 connections=0 cri=7 documents=0 encoders=0 history=0 merges=0 raw_bodies=0"
                + " segments=0 templates=0");
    assertThat(budget.accounts()).extracting(MemoryAccount::name).isSorted();
  }
}

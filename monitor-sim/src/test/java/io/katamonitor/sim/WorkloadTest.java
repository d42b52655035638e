package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkloadTest {
  @Test
  void onlyTheLeakingOneLeaksAndItStartsOverWhenItIsKilled() {
    assertThat(Workload.USUAL.leakedBytes(1000)).isZero();
    assertThat(Workload.USUAL.oomKills(1e6)).isZero();
    var leaking = Workload.LEAKING;
    assertThat(leaking.leakedBytes(2000)).isGreaterThan(leaking.leakedBytes(1000));
    assertThat(leaking.oomKills(2100)).isZero();
    assertThat(leaking.oomKills(2200)).isOne();
    assertThat(leaking.leakedBytes(2200)).isLessThan(leaking.leakedBytes(1000));
    assertThat(leaking.mostLeakedBytes(2200)).isGreaterThan(leaking.leakedBytes(2100));
  }

  @Test
  void onlyTheIdleOneHasNoLimits() {
    for (var workload : Workload.values()) {
      boolean isLimited = workload != Workload.IDLE;
      assertThat(workload.limitBytes() > 0).isEqualTo(isLimited);
      assertThat(workload.quotaCores() > 0).isEqualTo(isLimited);
    }
  }
}

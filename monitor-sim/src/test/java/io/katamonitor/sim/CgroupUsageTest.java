package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CgroupUsageTest {
  private final PodUsage usage = PodUsage.at(1, Workload.BUSY, 300, false);
  private final CgroupUsage whole = CgroupUsage.whole(usage);

  private void partsAddUp(CgroupVersion version) {
    var sandbox = CgroupUsage.ofSandbox(Placement.GO_CGROUPFS, usage, version);
    var overhead = CgroupUsage.ofOverhead(Placement.GO_CGROUPFS, usage, version);
    assertThat(sandbox.cpuNanos() + overhead.cpuNanos()).isEqualTo(whole.cpuNanos());
    assertThat(sandbox.memory() + overhead.memory()).isEqualTo(whole.memory());
    assertThat(sandbox.inactiveFile() + overhead.inactiveFile()).isEqualTo(whole.inactiveFile());
    assertThat(sandbox.throttledNanos()).isEqualTo(whole.throttledNanos());
    assertThat(sandbox.cpuNanos()).isGreaterThan(overhead.cpuNanos());
  }

  @Test
  void onV2TheVmmIsInTheSandboxsOwnAndTheRestInOverhead() {
    partsAddUp(CgroupVersion.V2);
    var overhead = CgroupUsage.ofOverhead(Placement.GO_CGROUPFS, usage, CgroupVersion.V2);
    assertThat(overhead.memory()).isLessThan(whole.memory() / 4);
  }

  @Test
  void onV1NearlyAllMemoryIsInOverhead() {
    partsAddUp(CgroupVersion.V1);
    var overhead = CgroupUsage.ofOverhead(Placement.GO_CGROUPFS, usage, CgroupVersion.V1);
    assertThat(overhead.memory()).isGreaterThan(whole.memory() * 9 / 10);
  }

  @Test
  void allOfItIsInTheOnlyCgroupThereIs() {
    assertThat(CgroupUsage.ofSandbox(Placement.GO_SYSTEMD_ONLY, usage, CgroupVersion.V2))
        .isEqualTo(whole);
    assertThat(CgroupUsage.ofOverhead(Placement.GO_SYSTEMD_ONLY, usage, CgroupVersion.V2))
        .isEqualTo(CgroupUsage.NOTHING);
    assertThat(CgroupUsage.ofSandbox(Placement.GO_2_5_CLH, usage, CgroupVersion.V1))
        .isEqualTo(CgroupUsage.NOTHING);
    assertThat(CgroupUsage.ofOverhead(Placement.GO_2_5_CLH, usage, CgroupVersion.V1))
        .isEqualTo(whole);
  }
}

package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.CgroupTree.Version;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupV2Test {
  private final CgroupFileReader reader = new CgroupFileReader();
  @TempDir Path root;

  private CgroupV2 cgroup() {
    return new CgroupV2(new CgroupDirectory(root.resolve("x")));
  }

  @Test
  void valuesAreReadInBaseUnits() {
    CgroupTree.make(root, Version.V2).cgroup("x", 12.5, 300, 100, 2).limits("x", 512, 1.5, 0.25);

    assertThat(cgroup().memoryUsageBytes(reader)).isEqualTo(300L << 20);
    assertThat(cgroup().inactiveFileBytes(reader)).isEqualTo(100L << 20);
    assertThat(cgroup().oomKills(reader)).isEqualTo(2);
    assertThat(cgroup().memoryLimitBytes(reader)).isEqualTo(512L << 20);
    assertThat(cgroup().cpuQuotaCores(reader)).isEqualTo(1.5);
    assertThat(cgroup().throttledNanos(reader)).isEqualTo(250_000_000);
  }

  @Test
  void cpuTimeIsReadInMicroseconds() {
    CgroupTree.make(root, Version.V2).cpu("x", 12.5);

    assertThat(cgroup().cpuUsageNanos(reader)).isEqualTo(12_500_000_000L);
  }

  @Test
  void maxIsNoLimitAndNoQuota() {
    CgroupTree.make(root, Version.V2).limits("x", -1, -1, 0);

    assertThat(cgroup().memoryLimitBytes(reader)).isNegative();
    assertThat(cgroup().cpuQuotaCores(reader)).isNaN();
  }

  @Test
  void timesThatDoNotFitNanosecondsAreNoValue() {
    CgroupTree.make(root, Version.V2).write("x/cpu.stat", "usage_usec 9223372036854775807\n");

    assertThat(cgroup().cpuUsageNanos(reader)).isNegative();
  }

  @Test
  void quotaWithoutAPeriodIsNone() {
    CgroupTree.make(root, Version.V2).write("x/cpu.max", "100000 0\n");

    assertThat(cgroup().cpuQuotaCores(reader)).isNaN();
    assertThat(cgroup().exists()).isTrue();
  }
}

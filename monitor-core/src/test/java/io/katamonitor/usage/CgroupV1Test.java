package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.CgroupTree.Version;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupV1Test {
  private final CgroupFileReader reader = new CgroupFileReader();
  @TempDir Path root;

  private CgroupV1 cgroup() {
    var cpu = new CgroupDirectory(root.resolve("cpu,cpuacct/x"));
    return new CgroupV1(new CgroupDirectory(root.resolve("memory/x")), cpu, cpu);
  }

  @Test
  void valuesAreReadInBaseUnitsAndMemoryOfTheSubtree() {
    CgroupTree.make(root, Version.V1).cgroup("x", 12.5, 300, 100, 2).limits("x", 512, 1.5, 0.25);

    assertThat(cgroup().cpuUsageNanos(reader)).isEqualTo(12_500_000_000L);
    assertThat(cgroup().memoryUsageBytes(reader)).isEqualTo(300L << 20);
    assertThat(cgroup().inactiveFileBytes(reader)).isEqualTo(100L << 20);
    assertThat(cgroup().oomKills(reader)).isEqualTo(2);
    assertThat(cgroup().memoryLimitBytes(reader)).isEqualTo(512L << 20);
    assertThat(cgroup().cpuQuotaCores(reader)).isEqualTo(1.5);
    assertThat(cgroup().throttledNanos(reader)).isEqualTo(250_000_000);
  }

  @Test
  void largestPageCounterIsNoLimitAndMinusOneNoQuota() {
    CgroupTree.make(root, Version.V1).limits("x", -1, -1, 0);

    assertThat(cgroup().memoryLimitBytes(reader)).isNegative();
    assertThat(cgroup().cpuQuotaCores(reader)).isNaN();
  }

  @Test
  void controllerWithoutTheCgroupHasNoValues() {
    var nowhere = new CgroupV1(null, null, null);

    assertThat(nowhere.exists()).isFalse();
    assertThat(nowhere.cpuUsageNanos(reader)).isNegative();
    assertThat(nowhere.memoryUsageBytes(reader)).isNegative();
    assertThat(nowhere.inactiveFileBytes(reader)).isNegative();
    assertThat(nowhere.oomKills(reader)).isNegative();
    assertThat(nowhere.memoryLimitBytes(reader)).isNegative();
    assertThat(nowhere.cpuQuotaCores(reader)).isNaN();
    assertThat(nowhere.throttledNanos(reader)).isNegative();
  }

  @Test
  void kernelsThatDoNotCountOomKillsHaveNone() {
    CgroupTree.make(root, Version.V1)
        .write("memory/x/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");

    assertThat(cgroup().oomKills(reader)).isNegative();
    assertThat(cgroup().exists()).isTrue();
  }
}

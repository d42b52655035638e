package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupTree.MIB;
import static io.katamonitor.usage.SandboxFixture.UID;
import static io.katamonitor.usage.SandboxFixture.withUid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the reader's values of the machine's own cgroups with other counters of the kernel. */
@Tag("system")
class RealCgroupTest {
  private static final String ID = "0123abcd";

  /** Burns CPU until /proc shows 0.5 s including children; prints the ticks used. */
  private static final String BUSY_LOOP =
      """
      ticks=0
      while [ $ticks -lt 50 ]; do
        for ((i = 0; i < 20000; i++)); do :; done
        read -r line < /proc/$$/stat
        set -- ${line##*) }
        ticks=$((${12} + ${13}))
      done
      echo $ticks
      """;

  @TempDir Path directory;

  private HostUsage read(Path root, RealCgroup cgroup) {
    var sandbox = SandboxFixture.go(directory, ID, "/" + cgroup.path(), "", true);
    var list = new UsageList();
    new HostUsageReader(root).read(List.of(withUid(sandbox, UID)), 1, list);
    return list.usages.getFirst();
  }

  @Test
  void cpuTimeOfABusyLoopIsWhatTheKernelCountsForTheProcess() throws Exception {
    for (var root : List.of(RealCgroup.ROOT, RealCgroup.ROOT.resolve("unified"))) {
      var mounts = root.equals(RealCgroup.ROOT) ? RealCgroup.mounts() : new Path[] {root};
      try (var cgroup = RealCgroup.make(UID, ID, mounts)) {
        if (!cgroup.exists()) {
          assertThat(read(root, cgroup)).isEqualTo(HostUsage.UNKNOWN);
          continue;
        }
        double seconds = Integer.parseInt(cgroup.run(BUSY_LOOP).strip()) / 100.0;

        var usage = read(root, cgroup);

        assertThat(usage.layout()).isEqualTo(HostLayout.POD);
        assertThat(usage.cpuUsageSeconds().orElseThrow()).isCloseTo(seconds, within(0.1));
      }
    }
  }

  @Test
  void knownAllocationAndLimitsAreWhatTheKernelCounts() throws Exception {
    var allocation = Path.of("/dev/shm/kata-monitor-test-" + ProcessHandle.current().pid());
    try (var cgroup = RealCgroup.make(UID, ID, RealCgroup.mounts())) {
      if (!cgroup.exists()) {
        assertThat(read(RealCgroup.ROOT, cgroup)).isEqualTo(HostUsage.UNKNOWN);
        return;
      }
      limit(cgroup);
      cgroup.run("head -c " + 64 * MIB + " /dev/zero > " + allocation + "\n" + BUSY_LOOP);

      var usage = read(RealCgroup.ROOT, cgroup);

      long kernelUsage = cgroup.number("memory.current", "memory.usage_in_bytes");
      assertThat(usage.memoryUsageBytes()).hasValue(kernelUsage);
      assertThat(kernelUsage).isBetween(64 * MIB, 96 * MIB);
      assertThat(usage.memoryWorkingSetBytes().orElseThrow()).isBetween(64 * MIB, kernelUsage);
      assertThat(usage.memoryOomKills()).hasValue(0);
      assertThat(usage.memoryLimitBytes()).hasValue(512 * MIB);
      assertThat(usage.cpuQuotaCores()).hasValue(0.25);
      assertThat(usage.cpuThrottledSeconds().orElseThrow())
          .isPositive()
          .isEqualTo(throttledSeconds(cgroup));
    } finally {
      Files.deleteIfExists(allocation);
    }
  }

  private static void limit(RealCgroup cgroup) throws IOException {
    if (!cgroup.writeToPod("memory.max", String.valueOf(512 * MIB))) {
      cgroup.writeToPod("memory.limit_in_bytes", String.valueOf(512 * MIB));
    }
    if (!cgroup.writeToPod("cpu.max", "10000 40000")) {
      cgroup.writeToPod("cpu.cfs_period_us", "40000");
      cgroup.writeToPod("cpu.cfs_quota_us", "10000");
    }
  }

  private static double throttledSeconds(RealCgroup cgroup) throws IOException {
    boolean isV2 = Files.exists(RealCgroup.ROOT.resolve("cgroup.controllers"));
    return isV2
        ? cgroup.line(true, "throttled_usec", "cpu.stat") / 1e6
        : cgroup.line(true, "throttled_time", "cpu.stat") / 1e9;
  }

  @Test
  void oomKillIsCounted() throws Exception {
    try (var cgroup = RealCgroup.make(UID, ID, RealCgroup.mounts())) {
      if (!cgroup.exists()) {
        assertThat(read(RealCgroup.ROOT, cgroup)).isEqualTo(HostUsage.UNKNOWN);
        return;
      }
      if (!cgroup.writeToPod("memory.max", String.valueOf(16 * MIB))) {
        cgroup.writeToPod("memory.limit_in_bytes", String.valueOf(16 * MIB));
      }
      cgroup.writeToPod("memory.swap.max", "0");
      cgroup.run("head -c 99000000 /dev/zero | tail -c 99000000 > /dev/null || true");

      assertThat(read(RealCgroup.ROOT, cgroup).memoryOomKills()).hasValue(1);
    }
  }
}

package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("EnumOrdinal")
class PodUsageTest {
  private static final List<String> BUSY_ITEMS =
      List.of("user", "nice", "system", "softirq", "steal", "iowait");

  private static PodUsage at(Workload workload, double age) {
    return PodUsage.at(workload.ordinal() * 7919L, workload, age, false);
  }

  private static double busy(PodUsage usage, String cpu) {
    return BUSY_ITEMS.stream().mapToDouble(item -> usage.get("cpu_" + cpu + "_" + item)).sum();
  }

  @ParameterizedTest
  @EnumSource
  void cpusAreWholeMillisecondsAddUpAndNeverDoMoreThanTheyCan(Workload workload) {
    var before = at(workload, 0);
    for (double age = 7; age < 4000; age += 7) {
      var now = at(workload, age);
      for (var cpu : List.of("0", "1")) {
        // A tick of 10 ms may be rounded in each item.
        assertThat(busy(now, cpu) - busy(before, cpu)).isBetween(-60.0, 7_000 + 60.0);
        for (var item : List.of("user", "nice", "system", "softirq", "steal", "iowait", "idle")) {
          double value = now.get("cpu_" + cpu + "_" + item);
          assertThat(value % 10).isZero();
          assertThat(value).isGreaterThanOrEqualTo(before.get("cpu_" + cpu + "_" + item));
        }
        assertThat(busy(now, cpu) + now.get("cpu_" + cpu + "_idle"))
            .isCloseTo(age * 1000, within(70.0));
      }
      for (var item : List.of("user", "nice", "system", "softirq", "steal", "iowait", "idle")) {
        assertThat(now.get("cpu_total_" + item))
            .isEqualTo(now.get("cpu_0_" + item) + now.get("cpu_1_" + item));
      }
      before = now;
    }
  }

  @ParameterizedTest
  @EnumSource
  void memoryOfTheGuestAddsUpToTwoGibibytes(Workload workload) {
    for (double age = 0; age < 5000; age += 11) {
      var now = at(workload, age);
      assertThat(now.get("mem_total")).isBetween(2040e6, 2048.0 * (1 << 20));
      double named =
          now.get("mem_free")
              + now.get("buffers")
              + now.get("cached")
              + now.get("anon_pages")
              + now.get("slab")
              + now.get("kernel_stack")
              + now.get("page_tables")
              + now.get("per_cpu");
      // What the kernel itself allocated has no name in /proc/meminfo.
      assertThat(now.get("mem_total") - named).isEqualTo(18.0 * (1 << 20));
      assertThat(now.get("active") + now.get("inactive"))
          .isEqualTo(now.get("anon_pages") + now.get("cached") + now.get("buffers"));
      assertThat(now.get("active_anon") + now.get("inactive_anon"))
          .isEqualTo(now.get("anon_pages") + now.get("shmem"));
      assertThat(now.get("slab")).isEqualTo(now.get("s_reclaimable") + now.get("s_unreclaim"));
      assertThat(now.get("mem_free")).isPositive();
      assertThat(now.get("mem_available"))
          .isPositive()
          .isLessThan(
              now.get("mem_free")
                  + now.get("cached")
                  + now.get("buffers")
                  + now.get("s_reclaimable"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void hostHoldsAllThatTheGuestEverTouchedAndStaysBelowLimitAndQuota(Workload workload) {
    var before = CgroupUsage.whole(at(workload, 0));
    for (double age = 10; age < 5000; age += 10) {
      var usage = at(workload, age);
      var now = CgroupUsage.whole(usage);
      double guestUses = usage.get("mem_total") - usage.get("mem_free");
      assertThat(usage.get("host_vm_bytes")).isGreaterThan(guestUses);
      assertThat(now.memory()).isGreaterThanOrEqualTo(before.memory());
      assertThat(now.cpuNanos() / 1e9).isGreaterThan(usage.get("cpu_busy_seconds"));
      if (workload.limitBytes() > 0) {
        assertThat(now.memory()).isLessThan(workload.limitBytes());
        assertThat((now.cpuNanos() - before.cpuNanos()) / 1e10)
            .isLessThanOrEqualTo(workload.quotaCores());
      }
      assertThat(now.throttledNanos()).isGreaterThanOrEqualTo(before.throttledNanos());
      before = now;
    }
    assertThat(before.throttledNanos() > 0).isEqualTo(workload.isThrottled());
  }

  @Test
  void leakReachesItsLimitAndRestartsWhileTheHostKeepsThePages() {
    double period = 750 / 0.35;
    var full = at(Workload.LEAKING, period - 1);
    var after = at(Workload.LEAKING, period + 60);
    double limit = Workload.LEAKING.limitBytes();
    assertThat(CgroupUsage.whole(full).memory() / limit).isBetween(0.9, 1.0);
    assertThat(full.get("mem_available") / full.get("mem_total")).isLessThan(0.2);
    assertThat(full.get("oom_kill")).isZero();
    assertThat(after.get("oom_kill")).isOne();
    assertThat(after.get("anon_pages")).isLessThan(0.6 * full.get("anon_pages"));
    assertThat(CgroupUsage.whole(after).memory())
        .isGreaterThanOrEqualTo(CgroupUsage.whole(full).memory());
  }

  @Test
  void processesAreTheirParts() {
    for (boolean isVmInShim : new boolean[] {false, true}) {
      var usage = PodUsage.at(3, Workload.USUAL, 500, isVmInShim);
      for (var process : List.of("vmm", "virtiofsd", "shim", "agent")) {
        assertThat(usage.get(process + "_rss"))
            .isEqualTo(
                usage.get(process + "_anon")
                    + usage.get(process + "_file")
                    + usage.get(process + "_shmem"));
      }
      assertThat(usage.get((isVmInShim ? "shim" : "vmm") + "_shmem"))
          .isEqualTo(usage.get("host_vm_bytes"));
    }
  }

  @Test
  void sameSeedAndAgeGiveTheSame() {
    var one = PodUsage.at(5, Workload.USUAL, 77, false);
    assertThat(PodUsage.at(5, Workload.USUAL, 77, false).get("mem_free"))
        .isEqualTo(one.get("mem_free"))
        .isNotEqualTo(PodUsage.at(6, Workload.USUAL, 77, false).get("mem_free"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.get("mem_fre"))
        .withMessage("a pod's usage has no value mem_fre");
  }
}

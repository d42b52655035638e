package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ShimRuntime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KataUnitsTest {
  @ParameterizedTest
  @CsvSource({
    "kata_guest_cpu_time, user, MILLISECONDS, MILLISECONDS",
    "kata_guest_meminfo, mem_total, BYTES, BYTES",
    "kata_guest_meminfo, hugepages_free, COUNT, COUNT",
    "kata_guest_meminfo, hugepages_rsvd, COUNT, COUNT",
    "kata_guest_meminfo, hugepages_surp, COUNT, COUNT",
    "kata_guest_meminfo, hugepages_total, COUNT, COUNT",
    "kata_guest_meminfo, hugepagesize, BYTES, BYTES",
    "kata_guest_netdev_stat, recv_bytes, BYTES, BYTES",
    "kata_guest_netdev_stat, recv_packets, COUNT, COUNT",
    "kata_guest_diskstat, time_reading, MILLISECONDS, MILLISECONDS",
    "kata_guest_diskstat, weighted_time_in_progress, MILLISECONDS, MILLISECONDS",
    "kata_guest_diskstat, sectors_read, COUNT, COUNT",
    "kata_guest_vm_stat, oom_kill, COUNT, COUNT",
    "kata_guest_load, load1, COUNT, COUNT",
    "kata_agent_total_time, '', SECONDS, SECONDS",
    "kata_agent_total_rss, '', BYTES, BYTES",
    "kata_agent_proc_stat, utime, TICKS, TICKS",
    "kata_shim_proc_stat, utime, TICKS, TICKS",
    "kata_agent_proc_status, vmrss, KIBIBYTES, KIBIBYTES",
    "kata_shim_proc_status, vmrss, BYTES, KIBIBYTES",
    "kata_hypervisor_proc_status, vmrss, BYTES, KIBIBYTES",
    "kata_shim_proc_status, voluntary_ctxt_switches, COUNT, COUNT",
    "kata_agent_proc_status, nonvoluntary_ctxt_switches, COUNT, COUNT",
    "kata_shim_fds, '', ,"
  })
  void tableNamesTheUnitByRuntime(
      String family, String item, @Nullable KataUnit go, @Nullable KataUnit runtimeRs) {
    assertThat(KataUnits.of(ShimRuntime.GO, family, item)).isEqualTo(go);
    assertThat(KataUnits.of(ShimRuntime.RUNTIME_RS, family, item)).isEqualTo(runtimeRs);
  }

  @Test
  void valuesAreConvertedToBaseUnits() {
    assertThat(KataUnit.MILLISECONDS.toBase(1500)).isEqualTo(1.5);
    assertThat(KataUnit.TICKS.toBase(150)).isEqualTo(1.5);
    assertThat(KataUnit.KIBIBYTES.toBase(2)).isEqualTo(2048);
    assertThat(KataUnit.BYTES.toBase(2)).isEqualTo(2);
    assertThat(KataUnit.KIBIBYTES.label()).isEqualTo("KiB");
  }
}

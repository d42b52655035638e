package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestSeriesTest {
  @ParameterizedTest
  @CsvSource({
    "kata_guest_cpu_time, user, total, '', CPU_USER",
    "kata_guest_cpu_time, nice, total, '', CPU_NICE",
    "kata_guest_cpu_time, system, total, '', CPU_SYSTEM",
    "kata_guest_cpu_time, irq, total, '', CPU_IRQ",
    "kata_guest_cpu_time, softirq, total, '', CPU_SOFTIRQ",
    "kata_guest_cpu_time, user, 0, '', CPU_OF_ONE",
    "kata_guest_cpu_time, user, 17, '', CPU_OF_ONE",
    "kata_guest_cpu_time, user, '', '',",
    "kata_guest_cpu_time, idle, total, '',",
    "kata_guest_cpu_time, iowait, total, '',",
    "kata_guest_cpu_time, steal, total, '',",
    "kata_guest_cpu_time, guest, total, '',",
    "kata_guest_cpu_time, system, 0, '',",
    "kata_guest_meminfo, mem_total, '', '', MEMORY_TOTAL",
    "kata_guest_meminfo, mem_free, '', '', MEMORY_FREE",
    "kata_guest_meminfo, mem_available, '', '', MEMORY_AVAILABLE",
    "kata_guest_meminfo, inactive_file, '', '', MEMORY_INACTIVE_FILE",
    "kata_guest_meminfo, cached, '', '',",
    "kata_guest_netdev_stat, recv_bytes, '', eth0, NETWORK_RECEIVE",
    "kata_guest_netdev_stat, sent_bytes, '', eth0, NETWORK_TRANSMIT",
    "kata_guest_netdev_stat, recv_packets, '', eth0,",
    "kata_guest_netdev_stat, recv_bytes, '', lo,",
    "kata_guest_netdev_stat, sent_bytes, '', lo,",
    "kata_guest_vm_stat, oom_kill, '', '', OOM_KILLS",
    "kata_guest_vm_stat, pgfault, '', '',",
    "kata_guest_load, load1, '', '', LOAD1",
    "kata_guest_load, load5, '', '',",
    "kata_agent_io_stat, load1, '', '',"
  })
  void aSeriesIsRecognizedByFamilyAndLabels(
      String family, String item, String cpu, String networkInterface, @Nullable GuestSeries is) {
    assertThat(GuestSeries.of(family, item, cpu, networkInterface)).isEqualTo(is);
    if (is != null) {
      assertThat(GuestSeries.isSourceFamily(family)).isTrue();
    }
  }

  @Test
  void otherFamiliesAreNoSource() {
    assertThat(GuestSeries.isSourceFamily("kata_agent_io_stat")).isFalse();
    assertThat(GuestSeries.isSourceFamily("kata_guest_diskstat")).isFalse();
  }
}

package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostUsageTest {
  @Test
  void remoteAndUnknownHaveALayoutAndNoValue() {
    for (var usage : List.of(HostUsage.REMOTE, HostUsage.UNKNOWN)) {
      assertThat(usage.cpuUsageSeconds()).isEmpty();
      assertThat(usage.memoryUsageBytes()).isEmpty();
      assertThat(usage.memoryWorkingSetBytes()).isEmpty();
      assertThat(usage.memoryOomKills()).isEmpty();
      assertThat(usage.memoryLimitBytes()).isEmpty();
      assertThat(usage.cpuQuotaCores()).isEmpty();
      assertThat(usage.cpuThrottledSeconds()).isEmpty();
    }
    assertThat(HostUsage.REMOTE.layout()).isEqualTo(HostLayout.REMOTE);
    assertThat(HostUsage.UNKNOWN.layout()).isEqualTo(HostLayout.UNKNOWN);
  }
}

package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.HostLayout;
import io.katamonitor.usage.HostUsage;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostUsageSeriesTest {
  private final HostUsageSeries series = new HostUsageSeries();

  private List<String> lines(HostUsage usage) {
    return OwnSeriesText.lines(body -> series.writeTo(usage, body, new OwnSeriesWriter()));
  }

  private static HostUsage layoutOnly(HostLayout layout) {
    return new HostUsage(
        layout,
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  @Test
  void everyValueHasItsFamily() {
    var usage =
        new HostUsage(
            HostLayout.POD,
            OptionalDouble.of(12.345678),
            OptionalLong.of(300),
            OptionalLong.of(200),
            OptionalLong.of(0),
            OptionalLong.of(1L << 40),
            OptionalDouble.of(1.5),
            OptionalDouble.of(0.25));

    assertThat(lines(usage))
        .filteredOn(line -> !line.startsWith("# HELP"))
        .containsExactly(
            "# TYPE kata_pod_host_cpu_quota_cores gauge",
            "kata_pod_host_cpu_quota_cores{} 1.5",
            "# TYPE kata_pod_host_cpu_throttled_seconds_total counter",
            "kata_pod_host_cpu_throttled_seconds_total{} 0.25",
            "# TYPE kata_pod_host_cpu_usage_seconds_total counter",
            "kata_pod_host_cpu_usage_seconds_total{} 12.345678",
            "# TYPE kata_pod_host_info gauge",
            "kata_pod_host_info{layout=\"pod\",} 1",
            "# TYPE kata_pod_host_memory_limit_bytes gauge",
            "kata_pod_host_memory_limit_bytes{} 1099511627776",
            "# TYPE kata_pod_host_memory_oom_kills_total counter",
            "kata_pod_host_memory_oom_kills_total{} 0",
            "# TYPE kata_pod_host_memory_usage_bytes gauge",
            "kata_pod_host_memory_usage_bytes{} 300",
            "# TYPE kata_pod_host_memory_working_set_bytes gauge",
            "kata_pod_host_memory_working_set_bytes{} 200");
  }

  @ParameterizedTest
  @EnumSource
  void absentValueHasNoSeries(HostLayout layout) {
    assertThat(lines(layoutOnly(layout)))
        .filteredOn(line -> !line.startsWith("#"))
        .containsExactly("kata_pod_host_info{layout=\"" + layout.label() + "\",} 1");
  }
}

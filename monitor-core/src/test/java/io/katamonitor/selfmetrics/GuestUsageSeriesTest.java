package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.GuestUsage;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GuestUsageSeriesTest {
  private final GuestUsageSeries series = new GuestUsageSeries();

  private List<String> samples(GuestUsage usage) {
    return OwnSeriesText.lines(body -> series.writeTo(usage, body, new OwnSeriesWriter())).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  @Test
  void everyValueHasItsSeries() {
    var usage =
        new GuestUsage(
            OptionalDouble.of(3861.23),
            OptionalLong.of(7),
            OptionalLong.of(6),
            OptionalLong.of(5),
            OptionalLong.of(4),
            OptionalLong.of(3),
            OptionalLong.of(2),
            OptionalDouble.of(0.5));

    assertThat(samples(usage))
        .containsExactly(
            "kata_pod_guest_cpu_usage_seconds_total{} 3861.23",
            "kata_pod_guest_load1{} 0.5",
            "kata_pod_guest_memory_available_bytes{} 6",
            "kata_pod_guest_memory_total_bytes{} 7",
            "kata_pod_guest_memory_working_set_bytes{} 5",
            "kata_pod_guest_network_receive_bytes_total{} 4",
            "kata_pod_guest_network_transmit_bytes_total{} 3",
            "kata_pod_guest_oom_kills_total{} 2");
  }

  @Test
  void absentValueHasNoSeries() {
    var none = OptionalLong.empty();
    var usage =
        new GuestUsage(
            OptionalDouble.empty(), none, none, none, none, none, none, OptionalDouble.empty());

    assertThat(samples(usage)).isEmpty();
  }
}

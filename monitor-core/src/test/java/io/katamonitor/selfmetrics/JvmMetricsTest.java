package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JvmMetricsTest {
  @Test
  void hasTheMetricsOfThePrometheusClientForJava() {
    var lines = OwnSeriesText.lines(body -> new JvmMetrics().writeTo(body, new OwnSeriesWriter()));

    assertThat(lines)
        .contains("# TYPE kata_monitor_jvm_gc_collection_seconds summary")
        .anyMatch(
            line -> line.matches("kata_monitor_jvm_memory_used_bytes\\{area=\"heap\"} [1-9]\\d*"))
        .anyMatch(
            line -> line.matches("kata_monitor_jvm_memory_max_bytes\\{area=\"nonheap\"} -?\\d+"))
        .anyMatch(line -> line.matches("kata_monitor_jvm_threads_current [1-9]\\d*"))
        .anyMatch(line -> line.matches("kata_monitor_jvm_classes_currently_loaded [1-9]\\d*"))
        .anyMatch(
            line -> line.matches("kata_monitor_jvm_buffer_pool_used_bytes\\{pool=\"direct\"} \\d+"))
        .anyMatch(line ->
            line.matches("kata_monitor_jvm_gc_collection_seconds_sum\\{gc=\".+\"} \\d+\\.\\d{9}"))
        .anyMatch(line -> line.startsWith("kata_monitor_jvm_runtime_info{runtime=\""));
  }
}

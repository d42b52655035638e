package io.katamonitor.selfmetrics;

import static io.katamonitor.exposition.FamilyType.COUNTER;
import static io.katamonitor.exposition.FamilyType.GAUGE;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;
import io.katamonitor.usage.HostLayout;
import io.katamonitor.usage.HostUsage;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The families {@code kata_pod_host_*}: what a sandbox uses on the host, in base units. They are
 * shared by all sandboxes; the labels of a sandbox are added to all samples of its body. A value
 * that the reading does not have is left out, never 0. Confined to one thread.
 */
final class HostUsageSeries {
  private static final String P = "kata_pod_host_";

  private final OwnFamily cpuQuota =
      ofSandbox(
          "cpu_quota_cores", GAUGE, "CPU quota that applies to the sandbox's cgroup, in cores.");
  private final OwnFamily cpuThrottled =
      ofSandbox(
          "cpu_throttled_seconds_total",
          COUNTER,
          "Time for which the cgroup with the CPU quota was throttled.");
  private final OwnFamily cpuUsage =
      ofSandbox(
          "cpu_usage_seconds_total",
          COUNTER,
          "CPU time of the sandbox on the host, including the VMM.");
  private final Map<HostLayout, OwnFamily> infos = new EnumMap<>(HostLayout.class);
  private final OwnFamily memoryLimit =
      ofSandbox("memory_limit_bytes", GAUGE, "Memory limit that applies to the sandbox's cgroup.");
  private final OwnFamily oomKills =
      ofSandbox(
          "memory_oom_kills_total",
          COUNTER,
          "Processes of the sandbox on the host that the kernel killed for lack of memory.");
  private final OwnFamily memoryUsage =
      ofSandbox(
          "memory_usage_bytes", GAUGE, "Memory of the sandbox on the host, including page cache.");
  private final OwnFamily workingSet =
      ofSandbox(
          "memory_working_set_bytes",
          GAUGE,
          "Memory of the sandbox on the host, excluding inactive file pages.");

  HostUsageSeries() {
    for (var layout : HostLayout.values()) {
      infos.put(
          layout,
          OwnFamily.ofSandbox(
                  P + "info", GAUGE, "Where the sandbox's cgroups are, seen from its pod's; 1.")
              .add("layout", layout.label()));
    }
  }

  private static OwnFamily ofSandbox(String name, FamilyType type, String help) {
    return OwnFamily.ofSandbox(P + name, type, help).add();
  }

  /** Writes the families of one sandbox, without its labels. */
  void writeTo(HostUsage usage, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    write(cpuQuota, usage.cpuQuotaCores(), body, values);
    write(cpuThrottled, usage.cpuThrottledSeconds(), body, values);
    write(cpuUsage, usage.cpuUsageSeconds(), body, values);
    var info = infos.get(usage.layout());
    if (info != null) {
      values.write(info, 1, body);
    }
    write(memoryLimit, usage.memoryLimitBytes(), body, values);
    write(oomKills, usage.memoryOomKills(), body, values);
    write(memoryUsage, usage.memoryUsageBytes(), body, values);
    write(workingSet, usage.memoryWorkingSetBytes(), body, values);
  }

  private static void write(
      OwnFamily family, OptionalLong value, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    if (value.isPresent()) {
      values.write(family, value.getAsLong(), body);
    }
  }

  private static void write(
      OwnFamily family, OptionalDouble value, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    if (value.isPresent()) {
      values.start();
      values.text(Double.toString(value.getAsDouble()));
      values.finish(family, body);
    }
  }
}

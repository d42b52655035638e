package io.katamonitor.selfmetrics;

import static io.katamonitor.exposition.FamilyType.COUNTER;
import static io.katamonitor.exposition.FamilyType.GAUGE;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;
import io.katamonitor.usage.GuestUsage;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The families {@code kata_pod_guest_*}: the usage that the guest reports, in base units. A value
 * whose source is absent or not plausible is left out, never 0. Confined to one thread.
 */
final class GuestUsageSeries {
  private static final String P = "kata_pod_guest_";

  private final OwnFamily cpuUsage =
      ofSandbox(
          "cpu_usage_seconds_total",
          COUNTER,
          "CPU time of the guest as its kernel counts it, without steal.");
  private final OwnFamily load1 =
      ofSandbox("load1", GAUGE, "Load average of the guest over a minute.");
  private final OwnFamily available =
      ofSandbox(
          "memory_available_bytes",
          GAUGE,
          "Memory of the guest that is available without swapping.");
  private final OwnFamily total =
      ofSandbox("memory_total_bytes", GAUGE, "Total memory of the guest.");
  private final OwnFamily workingSet =
      ofSandbox(
          "memory_working_set_bytes",
          GAUGE,
          "Memory of the guest less free memory and inactive file pages.");
  private final OwnFamily receive =
      ofSandbox(
          "network_receive_bytes_total", COUNTER, "Bytes received by the guest, excluding lo.");
  private final OwnFamily transmit =
      ofSandbox("network_transmit_bytes_total", COUNTER, "Bytes sent by the guest, excluding lo.");
  private final OwnFamily oomKills =
      ofSandbox(
          "oom_kills_total",
          COUNTER,
          "Processes in the guest that its kernel killed for lack of memory.");

  private static OwnFamily ofSandbox(String name, FamilyType type, String help) {
    return OwnFamily.ofSandbox(P + name, type, help).add();
  }

  /** Writes the families of one sandbox, without its labels. */
  void writeTo(GuestUsage usage, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    write(cpuUsage, usage.cpuUsageSeconds(), body, values);
    write(load1, usage.load1(), body, values);
    write(available, usage.memoryAvailableBytes(), body, values);
    write(total, usage.memoryTotalBytes(), body, values);
    write(workingSet, usage.memoryWorkingSetBytes(), body, values);
    write(receive, usage.networkReceiveBytes(), body, values);
    write(transmit, usage.networkTransmitBytes(), body, values);
    write(oomKills, usage.oomKills(), body, values);
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

package io.katamonitor.selfmetrics;

import static io.katamonitor.exposition.FamilyType.GAUGE;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.merge.SandboxLabels;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.template.OwnBodyBuilder;
import java.util.HashMap;
import java.util.Map;

/**
 * Static facts about a sandbox: {@code kata_monitor_sandbox_info} and {@code
 * kata_monitor_sandbox_created_timestamp_seconds}. Families are shared by sandboxes with the same
 * labels; at most {@value #MAX_INFOS} are kept. Confined to one thread.
 */
final class SandboxInfoSeries {
  /**
   * Limit, since a state file may contain any hypervisor; a node has a few pairs of runtime and
   * hypervisor.
   */
  static final int MAX_INFOS = 64;

  /** About the year 2262, where 64-bit nanoseconds end. */
  private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final OwnFamily created =
      OwnFamily.ofSandbox(
              "kata_monitor_sandbox_created_timestamp_seconds",
              GAUGE,
              "When the sandbox was created, in seconds since 1970.")
          .add();
  private final Map<String, OwnFamily> infos = new HashMap<>();

  /** Writes the families of one sandbox, without its labels. */
  void writeTo(Sandbox sandbox, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    var birth = sandbox.creation();
    if (birth != null && birth.getEpochSecond() >= 0 && birth.getEpochSecond() < MAX_SECONDS) {
      values.start();
      values.seconds(birth.getEpochSecond() * NANOS_PER_SECOND + birth.getNano());
      values.finish(created, body);
    }
    values.write(info(sandbox), 1, body);
  }

  private OwnFamily info(Sandbox sandbox) {
    var runtime = sandbox.runtime().label();
    var named = sandbox.hypervisor();
    var hypervisor = named == null ? "" : SandboxLabels.cutValue(named);
    var handler = SandboxLabels.cutValue(sandbox.pod().handler());
    var key = runtime + '\n' + hypervisor.length() + '\n' + hypervisor + handler;
    var family = infos.get(key);
    if (family == null) {
      if (infos.size() == MAX_INFOS) {
        infos.clear();
      }
      family =
          OwnFamily.ofSandbox(
                  "kata_monitor_sandbox_info",
                  GAUGE,
                  "Runtime, hypervisor and runtime handler of the sandbox; always 1.")
              .add("runtime", runtime, "hypervisor", hypervisor, "handler", handler);
      infos.put(key, family);
    }
    return family;
  }
}

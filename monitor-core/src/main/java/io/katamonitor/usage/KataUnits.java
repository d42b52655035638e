package io.katamonitor.usage;

import io.katamonitor.sandbox.ShimRuntime;
import org.jspecify.annotations.Nullable;

/**
 * The units of Kata's series by runtime and release, for derived series and for the metric
 * reference. Supported releases: Go runtime 2.5 to 4.1, runtime-rs 3.2 to 4.1. The agent's series
 * are the same with both runtimes.
 *
 * <table>
 * <caption>Units, with their source in Kata's repository</caption>
 * <tr><th>family</th><th>item</th><th>unit</th><th>releases</th><th>source</th></tr>
 * <tr><td>kata_guest_cpu_time</td><td>all</td><td>milliseconds</td>
 *     <td>all supported (2.3 and 2.4: ticks)</td><td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>kata_guest_meminfo</td><td>hugepages_{total,free,rsvd,surp}</td><td>count</td>
 *     <td>all</td><td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>kata_guest_meminfo</td><td>all others</td><td>bytes</td><td>all</td>
 *     <td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>kata_guest_netdev_stat</td><td>recv_bytes, sent_bytes</td><td>bytes</td><td>all</td>
 *     <td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>kata_guest_netdev_stat</td><td>all others</td><td>count</td><td>all</td>
 *     <td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>kata_guest_diskstat</td><td>time_*, weighted_time_*</td><td>milliseconds</td>
 *     <td>all</td><td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>kata_guest_vm_stat, _load, _tasks</td><td>all</td><td>count</td><td>all</td>
 *     <td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>kata_agent_total_time</td><td></td><td>seconds</td><td>all</td>
 *     <td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>kata_agent_total_vm, _total_rss</td><td></td><td>bytes</td><td>all</td>
 *     <td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>*_proc_stat</td><td>all</td><td>ticks</td><td>all</td>
 *     <td>src/agent/src/metrics.rs, src/runtime/pkg/containerd-shim-v2/shim_metrics.go,
 *     src/runtime-rs/crates/runtimes/src/shim_metrics.rs</td></tr>
 * <tr><td>*_proc_status</td><td>*_ctxt_switches</td><td>count</td><td>all</td>
 *     <td>as above</td></tr>
 * <tr><td>kata_agent_proc_status</td><td>all others</td><td>KiB</td><td>all</td>
 *     <td>src/agent/src/metrics.rs</td></tr>
 * <tr><td>other *_proc_status</td><td>all others</td>
 *     <td>bytes with the Go runtime, KiB with runtime-rs</td><td>all</td>
 *     <td>src/runtime/pkg/containerd-shim-v2/shim_metrics.go,
 *     src/runtime-rs/crates/runtimes/src/shim_metrics.rs</td></tr>
 * </table>
 */
public final class KataUnits {
  /** The same in all supported releases, so that the release of a guest does not matter. */
  static final KataUnit GUEST_CPU_TIME = KataUnit.MILLISECONDS;

  private KataUnits() {}

  /**
   * The unit of a series.
   *
   * @param runtime of the shim that sent it
   * @param item value of the label {@code item}, empty without one
   * @return null for families that are not in the table
   */
  public static @Nullable KataUnit of(ShimRuntime runtime, String family, String item) {
    if (family.endsWith("_proc_stat")) {
      return KataUnit.TICKS;
    }
    if (family.endsWith("_proc_status")) {
      if (item.endsWith("_ctxt_switches")) {
        return KataUnit.COUNT;
      }
      boolean isGoShim = runtime == ShimRuntime.GO && !family.equals("kata_agent_proc_status");
      return isGoShim ? KataUnit.BYTES : KataUnit.KIBIBYTES;
    }
    return switch (family) {
      case "kata_guest_cpu_time" -> GUEST_CPU_TIME;
      case "kata_guest_meminfo" -> isHugePageCount(item) ? KataUnit.COUNT : KataUnit.BYTES;
      case "kata_guest_netdev_stat" -> item.endsWith("_bytes") ? KataUnit.BYTES : KataUnit.COUNT;
      case "kata_guest_diskstat" -> item.contains("time_") ? KataUnit.MILLISECONDS : KataUnit.COUNT;
      case "kata_guest_vm_stat", "kata_guest_load", "kata_guest_tasks" -> KataUnit.COUNT;
      case "kata_agent_total_time" -> KataUnit.SECONDS;
      case "kata_agent_total_vm", "kata_agent_total_rss" -> KataUnit.BYTES;
      default -> null;
    };
  }

  private static boolean isHugePageCount(String item) {
    return item.equals("hugepages_total")
        || item.equals("hugepages_free")
        || item.equals("hugepages_rsvd")
        || item.equals("hugepages_surp");
  }
}

package io.katamonitor.usage;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Usage of one sandbox on the host, from one reading of its cgroups. Immutable. A value whose file
 * is missing or not plausible is empty, never 0.
 *
 * @param cpuUsageSeconds counter; sandbox's cgroup and overhead cgroup together
 * @param memoryUsageBytes as the kernel charges it, page cache included; without the overhead
 *     cgroup if only that one has no memory files
 * @param memoryWorkingSetBytes usage less inactive file pages
 * @param memoryOomKills counter; processes that the kernel killed in these cgroups
 * @param memoryLimitBytes the nearest limit between the sandbox's cgroup and the pod's own
 * @param cpuQuotaCores the nearest CPU quota there, in cores
 * @param cpuThrottledSeconds counter; of the cgroup that has the quota
 */
public record HostUsage(
    HostLayout layout,
    OptionalDouble cpuUsageSeconds,
    OptionalLong memoryUsageBytes,
    OptionalLong memoryWorkingSetBytes,
    OptionalLong memoryOomKills,
    OptionalLong memoryLimitBytes,
    OptionalDouble cpuQuotaCores,
    OptionalDouble cpuThrottledSeconds) {
  static final HostUsage REMOTE = layoutOnly(HostLayout.REMOTE);
  static final HostUsage UNKNOWN = layoutOnly(HostLayout.UNKNOWN);

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
}

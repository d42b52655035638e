package io.katamonitor.sim;

/**
 * Usage of one cgroup.
 *
 * @param cpuNanos CPU time
 * @param throttledNanos time for which its quota throttled it
 * @param memory bytes in use, with {@code file}
 * @param file bytes of page cache
 * @param inactiveFile the inactive part of it
 */
record CgroupUsage(long cpuNanos, long throttledNanos, long memory, long file, long inactiveFile) {
  static final CgroupUsage NOTHING = new CgroupUsage(0, 0, 0, 0, 0);

  /** The memory of the vCPU threads themselves. */
  private static final long THREADS = 1 << 20;

  /** Usage of everything that runs for a sandbox on the host. */
  static CgroupUsage whole(PodUsage usage) {
    return new CgroupUsage(
        sum(usage, "host_guest_nanos", "host_vmm_nanos", "host_helpers_nanos"),
        (long) usage.get("host_throttled_nanos"),
        sum(usage, "host_vm_bytes", "host_vmm_bytes", "host_helpers_bytes", "host_file_bytes"),
        (long) usage.get("host_file_bytes"),
        (long) usage.get("host_inactive_file_bytes"));
  }

  /**
   * The part in the sandbox's own cgroup if the rest is in a cgroup for overhead: on v2 the VMM, on
   * v1, where threads can be apart, the vCPU threads, with hardly any memory.
   */
  private static CgroupUsage main(PodUsage usage, CgroupVersion version) {
    long throttled = (long) usage.get("host_throttled_nanos");
    return version == CgroupVersion.V1
        ? new CgroupUsage((long) usage.get("host_guest_nanos"), throttled, THREADS, 0, 0)
        : new CgroupUsage(
            sum(usage, "host_guest_nanos", "host_vmm_nanos"),
            throttled,
            sum(usage, "host_vm_bytes", "host_vmm_bytes"),
            0,
            0);
  }

  /** Usage of the sandbox's own cgroup. */
  static CgroupUsage ofSandbox(Placement placement, PodUsage usage, CgroupVersion version) {
    if (!placement.hasSandboxCgroup()) {
      return NOTHING;
    }
    return placement.hasOverheadCgroup() ? main(usage, version) : whole(usage);
  }

  /** Usage of the overhead cgroup. */
  static CgroupUsage ofOverhead(Placement placement, PodUsage usage, CgroupVersion version) {
    if (!placement.hasOverheadCgroup()) {
      return NOTHING;
    }
    var whole = whole(usage);
    return placement.hasSandboxCgroup() ? whole.minus(main(usage, version)) : whole;
  }

  private CgroupUsage minus(CgroupUsage other) {
    return new CgroupUsage(
        cpuNanos - other.cpuNanos,
        0,
        memory - other.memory,
        file - other.file,
        inactiveFile - other.inactiveFile);
  }

  private static long sum(PodUsage usage, String... names) {
    long sum = 0;
    for (var name : names) {
      sum += (long) usage.get(name);
    }
    return sum;
  }
}

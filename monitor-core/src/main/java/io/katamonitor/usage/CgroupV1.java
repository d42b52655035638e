package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupFileReader.ABSENT;

import org.jspecify.annotations.Nullable;

/**
 * A cgroup of the v1 hierarchies. Each controller has its own directory, which is null if the
 * cgroup is not in it. Usage, and the {@code total_} lines of {@code memory.stat}, cover the
 * subtree; OOM kills are counted in the cgroup of the killed process only (kernel:
 * mm/memcontrol-v1.c).
 *
 * @param cpuacct where {@code cpuacct.usage} is
 * @param cpu where the quota and {@code cpu.stat} are; often the same directory
 */
record CgroupV1(
    @Nullable CgroupDirectory memory,
    @Nullable CgroupDirectory cpuacct,
    @Nullable CgroupDirectory cpu)
    implements Cgroup {
  private static final byte[] TOTAL_INACTIVE_FILE = Cgroup.key("total_inactive_file");
  private static final byte[] OOM_KILL = Cgroup.key("oom_kill");
  private static final byte[] THROTTLED_TIME = Cgroup.key("throttled_time");

  /**
   * Without a limit the kernel reports its largest page counter: 2^63 less a page of at most 64
   * KiB.
   */
  private static final long UNLIMITED = 1L << 62;

  @Override
  public boolean exists() {
    return (memory != null && memory.exists())
        || (cpuacct != null && cpuacct.exists())
        || (cpu != null && cpu.exists());
  }

  @Override
  public long cpuUsageNanos(CgroupFileReader reader) {
    return cpuacct == null ? ABSENT : cpuacct.number(reader, CgroupFile.CPUACCT_USAGE);
  }

  @Override
  public long memoryUsageBytes(CgroupFileReader reader) {
    return memory == null ? ABSENT : memory.number(reader, CgroupFile.MEMORY_USAGE);
  }

  @Override
  public long inactiveFileBytes(CgroupFileReader reader) {
    return memory == null
        ? ABSENT
        : memory.number(reader, CgroupFile.MEMORY_STAT, TOTAL_INACTIVE_FILE);
  }

  @Override
  public long oomKills(CgroupFileReader reader) {
    return memory == null ? ABSENT : memory.number(reader, CgroupFile.MEMORY_OOM_CONTROL, OOM_KILL);
  }

  @Override
  public long memoryLimitBytes(CgroupFileReader reader) {
    long limit = memory == null ? ABSENT : memory.number(reader, CgroupFile.MEMORY_LIMIT);
    return limit < UNLIMITED ? limit : ABSENT; // negative ones stay
  }

  @Override
  public double cpuQuotaCores(CgroupFileReader reader) {
    long quota = cpu == null ? ABSENT : cpu.number(reader, CgroupFile.CPU_CFS_QUOTA); // -1: none
    return cpu == null || quota <= 0
        ? Double.NaN
        : Cgroup.cores(quota, cpu.number(reader, CgroupFile.CPU_CFS_PERIOD));
  }

  @Override
  public long throttledNanos(CgroupFileReader reader) {
    return cpu == null ? ABSENT : cpu.number(reader, CgroupFile.CPU_STAT, THROTTLED_TIME);
  }
}

package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupFileReader.MALFORMED;

/**
 * A cgroup of the unified hierarchy. All of its files cover the subtree (kernel:
 * Documentation/admin-guide/cgroup-v2.rst). {@code cpu.stat} always exists, the others if their
 * controller is enabled.
 */
final class CgroupV2 implements Cgroup {
  private static final byte[] USAGE = Cgroup.key("usage_usec");
  private static final byte[] THROTTLED = Cgroup.key("throttled_usec");
  private static final byte[] INACTIVE_FILE = Cgroup.key("inactive_file");
  private static final byte[] OOM_KILL = Cgroup.key("oom_kill");
  private static final long NANOS_PER_MICRO = 1000;

  private final CgroupDirectory directory;

  CgroupV2(CgroupDirectory directory) {
    this.directory = directory;
  }

  @Override
  public boolean exists() {
    return directory.exists();
  }

  @Override
  public long cpuUsageNanos(CgroupFileReader reader) {
    return nanos(directory.number(reader, CgroupFile.CPU_STAT, USAGE));
  }

  @Override
  public long memoryUsageBytes(CgroupFileReader reader) {
    return directory.number(reader, CgroupFile.MEMORY_CURRENT);
  }

  @Override
  public long inactiveFileBytes(CgroupFileReader reader) {
    return directory.number(reader, CgroupFile.MEMORY_STAT, INACTIVE_FILE);
  }

  @Override
  public long oomKills(CgroupFileReader reader) {
    return directory.number(reader, CgroupFile.MEMORY_EVENTS, OOM_KILL);
  }

  @Override
  public long memoryLimitBytes(CgroupFileReader reader) {
    return directory.number(reader, CgroupFile.MEMORY_MAX); // "max" is no number
  }

  @Override
  public double cpuQuotaCores(CgroupFileReader reader) {
    return directory.load(reader, CgroupFile.CPU_MAX)
        ? Cgroup.cores(reader.firstNumber(), reader.secondNumber())
        : Double.NaN;
  }

  @Override
  public long throttledNanos(CgroupFileReader reader) {
    return nanos(directory.number(reader, CgroupFile.CPU_STAT, THROTTLED));
  }

  private static long nanos(long micros) {
    if (micros < 0) {
      return micros;
    }
    return micros > Long.MAX_VALUE / NANOS_PER_MICRO ? MALFORMED : micros * NANOS_PER_MICRO;
  }
}

package io.katamonitor.usage;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * One cgroup, on v1 or v2. A number is negative if there is no value: {@link
 * CgroupFileReader#ABSENT} or {@link CgroupFileReader#MALFORMED}. Confined to the file thread.
 */
interface Cgroup {
  boolean exists();

  long cpuUsageNanos(CgroupFileReader reader);

  long memoryUsageBytes(CgroupFileReader reader);

  long inactiveFileBytes(CgroupFileReader reader);

  long oomKills(CgroupFileReader reader);

  /** Negative also if there is no limit. */
  long memoryLimitBytes(CgroupFileReader reader);

  /** NaN if there is no quota. */
  double cpuQuotaCores(CgroupFileReader reader);

  long throttledNanos(CgroupFileReader reader);

  /** A key in the form that {@link CgroupFileReader#numberOf} takes. */
  static byte[] key(String name) {
    return (name + " ").getBytes(US_ASCII);
  }

  static double cores(long quota, long period) {
    return quota > 0 && period > 0 ? (double) quota / period : Double.NaN;
  }
}

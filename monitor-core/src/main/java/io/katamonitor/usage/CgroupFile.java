package io.katamonitor.usage;

/** The cgroup files that are read; v1 and v2 together, each at most 16 KiB. */
enum CgroupFile {
  CPU_STAT("cpu.stat"),
  CPU_MAX("cpu.max"),
  MEMORY_CURRENT("memory.current"),
  MEMORY_STAT("memory.stat"),
  MEMORY_EVENTS("memory.events"),
  MEMORY_MAX("memory.max"),
  CPUACCT_USAGE("cpuacct.usage"),
  CPU_CFS_QUOTA("cpu.cfs_quota_us"),
  CPU_CFS_PERIOD("cpu.cfs_period_us"),
  MEMORY_USAGE("memory.usage_in_bytes"),
  MEMORY_LIMIT("memory.limit_in_bytes"),
  MEMORY_OOM_CONTROL("memory.oom_control");

  final String fileName;

  CgroupFile(String fileName) {
    this.fileName = fileName;
  }
}

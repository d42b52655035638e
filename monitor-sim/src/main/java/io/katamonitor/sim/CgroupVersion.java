package io.katamonitor.sim;

/** Which cgroup file system stands beside a simulated node. */
public enum CgroupVersion {
  /** None. */
  NONE,
  /** The controllers {@code memory} and {@code cpu,cpuacct}. */
  V1,
  /** The unified hierarchy. */
  V2
}

package io.katamonitor.sim;

/** The cgroup file system of a simulated node. */
public enum CgroupVersion {
  /** None. */
  NONE,
  /** The controllers {@code memory} and {@code cpu,cpuacct}. */
  V1,
  /** The unified hierarchy. */
  V2
}

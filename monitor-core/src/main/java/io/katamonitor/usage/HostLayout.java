package io.katamonitor.usage;

/** Where a sandbox's processes are, relative to its pod's own cgroup. */
public enum HostLayout {
  /** All of it inside the pod's own cgroup: the pod's limits cover it. */
  POD("pod"),
  /**
   * The sandbox's cgroup is inside the pod's own, the overhead cgroup is not: limits cover a part.
   */
  SPLIT("split"),
  /** Not below the pod's own cgroup: no limit applies. */
  OUTSIDE("outside"),
  /** The VM runs on another machine (peer pods): there is nothing to measure on the host. */
  REMOTE("remote"),
  /** No usable path is known, or the cgroup is gone. */
  UNKNOWN("unknown");

  private final String label;

  HostLayout(String label) {
    this.label = label;
  }

  /** The value of the label {@code layout}. */
  public String label() {
    return label;
  }
}

package io.katamonitor.usage;

import io.katamonitor.sandbox.Sandbox;
import java.util.List;

/** Readings of the host's cgroups for tests of other packages. */
public final class Readings {
  private Readings() {}

  /** The first sandboxes with these usages. */
  public static HostUsageReading of(long startNanos, List<Sandbox> sandboxes, HostUsage... usages) {
    return HostUsageReading.of(startNanos, sandboxes, usages, usages.length);
  }
}

package io.katamonitor.usage;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One reading of the host's cgroups for all sandboxes. Immutable.
 *
 * <p>A sandbox that was not reached before the deadline is not in it: its host series are absent in
 * this scrape.
 */
public final class HostUsageReading {
  /** For a host whose cgroups are not read, or hang. */
  public static final HostUsageReading NONE = new HostUsageReading(0, Map.of());

  private final long startNanos;
  private final Map<SandboxId, HostUsage> usages;

  private HostUsageReading(long startNanos, Map<SandboxId, HostUsage> usages) {
    this.startNanos = startNanos;
    this.usages = usages;
  }

  /** The first {@code usages.length} or fewer sandboxes with their usages. */
  static HostUsageReading of(
      long startNanos, List<Sandbox> sandboxes, @Nullable HostUsage[] usages, int count) {
    var byId = new HashMap<SandboxId, HostUsage>(count * 2);
    for (int i = 0; i < count; i++) {
      var usage = usages[i];
      if (usage != null) {
        byId.put(sandboxes.get(i).id(), usage);
      }
    }
    return new HostUsageReading(startNanos, byId);
  }

  /** When the reading started, by the clock of the service; rates are computed between two. */
  public long startNanos() {
    return startNanos;
  }

  /** Null if the sandbox was not read. */
  public @Nullable HostUsage usageOf(SandboxId id) {
    return usages.get(id);
  }

  public int size() {
    return usages.size();
  }
}

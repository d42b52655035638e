package io.katamonitor.selfmetrics;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.scrape.SandboxStatus;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Number of sandboxes in each state, including 0. Confined to the event loop. */
public final class SandboxStates implements Supplier<SortedMap<String, Long>> {
  private final SandboxRegistry registry;
  private final Function<Sandbox, SandboxStatus> status;

  /**
   * @param status of a sandbox now
   */
  public SandboxStates(SandboxRegistry registry, Function<Sandbox, SandboxStatus> status) {
    this.registry = registry;
    this.status = status;
  }

  /** By the label of the state. */
  @Override
  public SortedMap<String, Long> get() {
    var counts = new TreeMap<String, Long>();
    for (var state : SandboxState.values()) {
      counts.put(state.label(), 0L);
    }
    for (var sandbox : registry.snapshot()) {
      counts.merge(status.apply(sandbox).state().label(), 1L, Long::sum);
    }
    return counts;
  }
}

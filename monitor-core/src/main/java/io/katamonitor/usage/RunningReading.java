package io.katamonitor.usage;

import io.katamonitor.sandbox.Sandbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reading in progress. The file thread adds one usage after the other; the event loop may take
 * the finished part at any time: the volatile count is written after the usage it counts.
 */
final class RunningReading implements HostUsageReader.Sink {
  private final List<Sandbox> sandboxes;
  private final long startNanos;
  private final @Nullable HostUsage[] usages;
  private volatile int finished;

  RunningReading(List<Sandbox> sandboxes, long startNanos) {
    this.sandboxes = sandboxes;
    this.startNanos = startNanos;
    this.usages = new @Nullable HostUsage[sandboxes.size()];
  }

  List<Sandbox> sandboxes() {
    return sandboxes;
  }

  long startNanos() {
    return startNanos;
  }

  /** On the file thread. */
  @Override
  public void add(HostUsage usage) {
    int next = finished;
    usages[next] = usage;
    finished = next + 1;
  }

  HostUsageReading finishedPart() {
    return HostUsageReading.of(startNanos, sandboxes, usages, finished);
  }
}

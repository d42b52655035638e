package io.katamonitor.usage;

import io.katamonitor.sandbox.Sandbox;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A reading in progress. The file thread adds one usage after the other; the event loop may take
 * the finished part at any time, since the volatile count is written after the usage it counts. The
 * event loop may also {@link #abandon} it at a sandbox whose files hang: everything the file thread
 * did before happens-before that, and it does nothing afterwards.
 */
final class RunningReading implements HostUsageReader.Sink {
  private static final int ABANDONED = -1;

  private final List<Sandbox> sandboxes;
  private final long startNanos;
  private final @Nullable HostUsage[] usages;
  private volatile int finished;

  /**
   * Twice the number of calls of {@link #begin}, plus 1 while files of a single sandbox are read;
   * or {@value #ABANDONED}.
   */
  private final AtomicInteger step = new AtomicInteger();

  /** Where it was abandoned; written and read on the event loop. */
  private @Nullable Sandbox hung;

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

  @Override
  public boolean begin() {
    int now = step.get();
    return now != ABANDONED && step.compareAndSet(now, (now | 1) + 2);
  }

  @Override
  public boolean beginShared() {
    int now = step.get();
    return now != ABANDONED && step.compareAndSet(now, now & ~1);
  }

  /** On the file thread. */
  @Override
  public void add(HostUsage usage) {
    int next = finished;
    usages[next] = usage;
    finished = next + 1;
  }

  /** Changes whenever the reading makes progress. */
  int step() {
    return step.get();
  }

  /**
   * Ends the reading at the sandbox whose files are being read.
   *
   * @param seen the step at which it hangs
   * @return the sandbox; null if the reading has continued, or does not hang in the files of a
   *     single sandbox
   */
  @Nullable Sandbox abandon(int seen) {
    if ((seen & 1) == 1 && step.compareAndSet(seen, ABANDONED)) {
      hung = sandboxes.get((seen / 2 - 1) % sandboxes.size());
    }
    return hung;
  }

  /** The sandbox at which it was abandoned, or null. */
  @Nullable Sandbox hung() {
    return hung;
  }

  HostUsageReading finishedPart() {
    return HostUsageReading.of(startNanos, sandboxes, usages, finished);
  }
}

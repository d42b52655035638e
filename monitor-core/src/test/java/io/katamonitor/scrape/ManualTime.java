package io.katamonitor.scrape;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clock and timer whose time advances only on request. */
public final class ManualTime implements Clock, Timer {
  private final List<Task> tasks = new ArrayList<>();
  private long now = Long.MAX_VALUE - 5; // As System.nanoTime, it may pass the largest number.
  private long made;

  private record Task(long at, long number, Runnable command) {}

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant wallTime() {
    return Instant.EPOCH.plusNanos(now - (Long.MAX_VALUE - 5));
  }

  @Override
  public Scheduled schedule(Runnable command, long delayNanos) {
    var task = new Task(now + delayNanos, made++, command);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  @Override
  public void execute(Runnable command) {
    schedule(command, 0);
  }

  /** Runs what is due now. */
  public void run() {
    pass(Duration.ZERO);
  }

  /** Advances time and runs the tasks that become due, in order. */
  public void pass(Duration time) {
    long end = now + time.toNanos();
    for (var next = next(end); next != null; next = next(end)) {
      tasks.remove(next);
      if (next.at - now > 0) {
        now = next.at;
      }
      next.command.run();
    }
    now = end;
  }

  /** Advances time without running tasks; then runs all that are due, late. */
  public void freeze(Duration time) {
    now += time.toNanos();
    run();
  }

  private @Nullable Task next(long end) {
    @Nullable Task first = null;
    for (var task : tasks) {
      boolean isEarlier =
          first == null
              || task.at - first.at < 0
              || (task.at == first.at && task.number < first.number);
      if (task.at - end <= 0 && isEarlier) {
        first = task;
      }
    }
    return first;
  }

  /** Tasks that have not run. */
  public int pending() {
    return tasks.size();
  }
}

package io.katamonitor.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event loop whose time advances only on request. */
public final class ManualLoop extends AbstractExecutorService implements ScheduledExecutorService {
  private final List<Task> tasks = new ArrayList<>();
  private long now = 7;
  private long made;

  public long now() {
    return now;
  }

  /** Advances time and runs the tasks that become due, in order. */
  public void pass(Duration time) {
    long end = now + time.toNanos();
    for (Task next = next(end); next != null; next = next(end)) {
      tasks.remove(next);
      now = Math.max(now, next.at);
      next.run();
    }
    now = end;
  }

  private @Nullable Task next(long end) {
    return tasks.stream()
        .filter(task -> task.at <= end && !task.isCancelled())
        .min(Comparator.<Task>comparingLong(task -> task.at).thenComparingLong(task -> task.number))
        .orElse(null);
  }

  @Override
  public void execute(Runnable command) {
    schedule(command, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    var task = new Task(command, now + Math.max(0, unit.toNanos(delay)), made++);
    tasks.add(task);
    return task;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown() {
    tasks.clear();
  }

  @Override
  public List<Runnable> shutdownNow() {
    tasks.clear();
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }

  private static final class Task extends FutureTask<Void>
      implements RunnableScheduledFuture<Void> {
    private final long at;
    private final long number;

    Task(Runnable command, long at, long number) {
      super(() -> {
        command.run();
        return null;
      });
      this.at = at;
      this.number = number;
    }

    @Override
    protected void setException(Throwable thrown) {
      throw new AssertionError("a task threw", thrown);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return at;
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(at, other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean isPeriodic() {
      return false;
    }
  }
}

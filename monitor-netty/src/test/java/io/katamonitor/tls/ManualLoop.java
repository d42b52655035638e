package io.katamonitor.tls;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** An event loop and a worker thread that run when the test says so, with a clock of its own. */
final class ManualLoop implements Executor {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private long nanos;
  private boolean isStopped;

  ManualLoop() {
    channel.freezeTime();
  }

  EventLoop eventLoop() {
    return channel.eventLoop();
  }

  long nanoTime() {
    return nanos;
  }

  /** The worker's: keeps the task until {@link #work}. */
  @Override
  public void execute(Runnable task) {
    if (isStopped) {
      throw new RejectedExecutionException();
    }
    tasks.add(task);
  }

  /** How many tasks the worker has. */
  int tasks() {
    return tasks.size();
  }

  /** Lets the worker do its oldest task, and the loop what comes of it. */
  void work() {
    tasks.remove().run();
    channel.runPendingTasks();
  }

  /** The worker takes no task any more. */
  void stopWorker() {
    isStopped = true;
  }

  void pass(Duration time) {
    nanos += time.toNanos();
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
  }
}

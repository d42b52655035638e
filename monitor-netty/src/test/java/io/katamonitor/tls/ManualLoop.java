package io.katamonitor.tls;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** An event loop and a worker that run only on request, with a manual clock. */
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

  /** Called by the queue: keeps the worker's task until {@link #work}. */
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

  /** Runs the worker's oldest task, and then the resulting tasks of the loop. */
  void work() {
    tasks.remove().run();
    channel.runPendingTasks();
  }

  /** The worker rejects further tasks. */
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

package io.katamonitor.scrape;

/** Runs tasks later on the event loop. */
public interface Timer {
  /** A task that has not run yet. */
  interface Scheduled {
    /** Cancels the task; no effect once it has run. On the event loop only. */
    void cancel();
  }

  /**
   * Runs a task on the event loop after a delay, never from within this call, and not before the
   * loop has read from the sockets that are ready now. On the loop only.
   */
  Scheduled schedule(Runnable task, long delayNanos);

  /** Runs a task on the event loop soon, never from within this call. From any thread. */
  void execute(Runnable task);
}

package io.katamonitor.sandbox;

import java.time.Duration;
import java.time.Instant;

/** Both clocks, started at the machine's wall clock; time advances only on request. Any thread. */
final class ManualFileClock implements FileClock {
  private final Instant start = Instant.now();
  private volatile Duration passed = Duration.ZERO;
  private volatile Runnable onNextRead = () -> {};

  void pass(Duration time) {
    passed = passed.plus(time);
  }

  /** Runs a task within the next call that reads the wall clock. */
  void onNextRead(Runnable task) {
    onNextRead = task;
  }

  @Override
  public Instant instant() {
    var task = onNextRead;
    onNextRead = () -> {};
    task.run();
    return start.plus(passed);
  }

  @Override
  public long nanoTime() {
    return 7 + passed.toNanos();
  }
}

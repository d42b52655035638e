package io.katamonitor.docker;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for a condition, at most until a deadline. */
final class Await {
  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private Await() {}

  static void until(String what, Duration longest, Condition condition)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(what + " did not happen within " + longest);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}

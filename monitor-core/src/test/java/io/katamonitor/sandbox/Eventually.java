package io.katamonitor.sandbox;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a condition, up to a deadline. */
final class Eventually {
  /**
   * Long enough for a change to be seen on a busy machine, and shorter than the 30 s after which
   * all roots are listed again, which would hide a lost event.
   */
  static final Duration SOON = Duration.ofSeconds(20);

  private Eventually() {}

  static void within(Duration limit, String what, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      Thread.sleep(5);
    }
  }
}

package io.katamonitor.sandbox;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a condition, up to a deadline. */
final class Eventually {
  /** SPEC section 5: a sandbox is listed, and gone, within a second. */
  static final Duration A_SECOND = Duration.ofSeconds(1);

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

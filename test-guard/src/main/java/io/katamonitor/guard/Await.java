package io.katamonitor.guard;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for a condition, and fails the test if it is not met in time. */
public final class Await {
  /** However busy the machine is. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final long PAUSE_MILLIS = 5;

  /**
   * What a test waits for.
   *
   * @param <E> what its check may throw, which ends the wait
   */
  public interface Condition<E extends Exception> {
    boolean isMet() throws E;
  }

  private Await() {}

  /** Waits for at most 30 s. */
  public static <E extends Exception> void until(String what, Condition<E> condition)
      throws E, InterruptedException {
    until(what, LIMIT, condition);
  }

  /**
   * Waits until the condition is met; it is checked once at least.
   *
   * @throws AssertionError if it is not met within the limit; names what was expected
   */
  public static <E extends Exception> void until(
      String what, Duration limit, Condition<E> condition) throws E, InterruptedException {
    long began = System.nanoTime();
    while (!condition.isMet()) {
      if (System.nanoTime() - began > limit.toNanos()) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }
}

package io.katamonitor.scrape;

import java.util.concurrent.TimeUnit;

/**
 * Back-off of one sandbox: after 3 timeouts in a row it is not scraped for 1 min, after each
 * further timeout for twice as long as before, at most 10 min. Confined to the event loop.
 */
final class SandboxBackoff {
  /**
   * Low, because each request may leave one more looping goroutine in a Go shim ({@link
   * MetricsRequest}).
   */
  private static final int MAX_TIMEOUTS = 3;

  private static final long FIRST_PAUSE = TimeUnit.MINUTES.toNanos(1);
  private static final long MAX_PAUSE = TimeUnit.MINUTES.toNanos(10);

  private int timeouts;
  private long pause;
  private long pausedUntil;

  /**
   * Whether the sandbox is in back-off.
   *
   * @param now as of {@link Clock#nanoTime}
   */
  boolean isPaused(long now) {
    return timeouts >= MAX_TIMEOUTS && now - pausedUntil < 0;
  }

  /**
   * A request was open for scrape-timeout. A client's shorter deadline does not count.
   *
   * @return whether a pause begins
   */
  boolean requestTimedOut(long now) {
    // A request that was sent before the pause began must not make it longer.
    if (isPaused(now) || ++timeouts < MAX_TIMEOUTS) {
      return false;
    }
    pause = pause == 0 ? FIRST_PAUSE : Math.min(2 * pause, MAX_PAUSE);
    pausedUntil = now + pause;
    return true;
  }

  /** A response was complete within scrape-timeout: the only thing that ends the streak. */
  void responseCompleted() {
    timeouts = 0;
    pause = 0;
  }
}

package io.katamonitor.endpoint;

import java.util.concurrent.TimeUnit;

/**
 * How fast a client reads its response: the bytes it has taken in the time in which output waited
 * for it. Times are nanoseconds of one clock. Confined to the event loop.
 */
final class ReadingPace {
  /** If output waited for less than that in all, the client is not slow, whatever it has taken. */
  static final long MIN_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private long bytes;
  private long waitedNanos;
  private long waitingSince;
  private boolean isWaiting;

  /** Bytes were handed to the connection. */
  void wrote(long count) {
    bytes += count;
  }

  /** The connection takes no more until the client has read. */
  void waits(long now) {
    if (!isWaiting) {
      isWaiting = true;
      waitingSince = now;
    }
  }

  /** The connection takes more. */
  void continues(long now) {
    if (isWaiting) {
      isWaiting = false;
      waitedNanos += now - waitingSince;
    }
  }

  private long waitedNanos(long now) {
    return isWaiting ? waitedNanos + now - waitingSince : waitedNanos;
  }

  boolean isSlow(long now) {
    return waitedNanos(now) >= MIN_WAIT_NANOS;
  }

  /** Bytes in a second of waiting. */
  double bytesPerSecond(long now) {
    return bytes * 1e9 / Math.max(1, waitedNanos(now));
  }
}

package io.katamonitor.endpoint;

import java.util.concurrent.TimeUnit;

/**
 * How fast a client reads its response: bytes read divided by the time during which output waited
 * for the client. Times are nanoseconds of one clock. Confined to the event loop.
 */
final class ReadingPace {
  /**
   * If output waited less than this in total, the client is not slow, however little it has read.
   */
  static final long MIN_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private long bytes;
  private long waitedNanos;
  private long waitingSince;
  private boolean isWaiting;

  /** Bytes were handed to the connection. */
  void wrote(long count) {
    bytes += count;
  }

  /** The connection has become unwritable, until the client reads. */
  void waits(long now) {
    if (!isWaiting) {
      isWaiting = true;
      waitingSince = now;
    }
  }

  /** The connection is writable again. */
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

  /** Bytes per second of waiting. */
  double bytesPerSecond(long now) {
    return bytes * 1e9 / Math.max(1, waitedNanos(now));
  }
}

package io.katamonitor.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Limits the concurrent requests of an endpoint. If all places are taken, a new one gets the place
 * of the response whose deadline passed longest ago, which is aborted: its client has given up.
 * Confined to the event loop.
 */
public final class RequestLimit {
  private final int max;
  private final LongSupplier clock;

  /** The exchanges with a place, and the clock's nanoseconds of their deadlines. */
  private final Map<Exchange, Long> deadlines = new LinkedHashMap<>();

  /**
   * @param max concurrent requests; 0: no limit
   */
  public RequestLimit(int max) {
    this(max, System::nanoTime);
  }

  RequestLimit(int max, LongSupplier clock) {
    this.max = max;
    this.clock = clock;
  }

  /**
   * Takes a place, which is given back when the exchange ends.
   *
   * @param timeoutNanos after which the client does not wait any more
   * @return false where there is none: the caller responds with 503
   */
  public boolean tryEnter(Exchange exchange, long timeoutNanos) {
    long now = clock.getAsLong();
    if (max > 0 && deadlines.size() >= max && !abortMostOverdue(now)) {
      return false;
    }
    deadlines.put(exchange, now + timeoutNanos);
    exchange.onEnd(failed -> deadlines.remove(exchange));
    return true;
  }

  private boolean abortMostOverdue(long now) {
    Exchange overdue = null;
    long longest = 0;
    for (var entry : deadlines.entrySet()) {
      long late = now - entry.getValue();
      if (late > longest) {
        longest = late;
        overdue = entry.getKey();
      }
    }
    if (overdue == null) {
      return false;
    }
    overdue.abort();
    return true;
  }
}

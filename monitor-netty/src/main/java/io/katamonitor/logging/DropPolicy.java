package io.katamonitor.logging;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.async.AsyncQueueFullPolicy;
import org.apache.logging.log4j.core.async.EventRoute;

/**
 * Drops what finds the queue full, whatever its level, and counts it; for any thread. log4j makes
 * it by its name, so the count is the process's. log4j's own policy that discards does so below a
 * level only, and waits for a place in the queue at that level and above.
 */
public final class DropPolicy implements AsyncQueueFullPolicy {
  private static final AtomicLong DROPPED = new AtomicLong();

  @Override
  public EventRoute getRoute(long backgroundThreadId, Level level) {
    DROPPED.incrementAndGet();
    return EventRoute.DISCARD;
  }

  /** Lines dropped since the process started. */
  static long dropped() {
    return DROPPED.get();
  }
}

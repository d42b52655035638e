package io.katamonitor.logging;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.async.AsyncQueueFullPolicy;
import org.apache.logging.log4j.core.async.EventRoute;

/**
 * Drops and counts events of any level while the queue is full; for any thread. log4j instantiates
 * it by name, so the count is static. log4j's own discarding policy only drops events below a given
 * level, and blocks at and above it.
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

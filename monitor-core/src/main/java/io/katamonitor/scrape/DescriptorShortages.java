package io.katamonitor.scrape;

import io.katamonitor.log.Log;
import java.util.concurrent.TimeUnit;

/**
 * Reports that a connection to a shim could not be opened because no file descriptor was left:
 * counts each case in an own series, and logs at most one a minute. Confined to the event loop.
 */
final class DescriptorShortages {
  private static final Log LOG = Log.of(ScrapeService.class);
  private static final long LOG_PAUSE = TimeUnit.MINUTES.toNanos(1);

  private final ScrapeObserver observer;
  private final Clock clock;
  private boolean isLogged;
  private long loggedNanos;

  DescriptorShortages(ScrapeObserver observer, Clock clock) {
    this.observer = observer;
    this.clock = clock;
  }

  /** Reports one such connection; returns whether it was logged. */
  boolean report() {
    observer.descriptorShortage();
    long now = clock.nanoTime();
    if (isLogged && now - loggedNanos < LOG_PAUSE) {
      return false;
    }
    isLogged = true;
    loggedNanos = now;
    LOG.error(
        "no file descriptors left for connections to shims: raise the limit of open files (nofile)"
            + " of the monitor");
    return true;
  }
}

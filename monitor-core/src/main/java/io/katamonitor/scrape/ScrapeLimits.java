package io.katamonitor.scrape;

import java.util.concurrent.TimeUnit;

/**
 * What bounds a scrape.
 *
 * @param maxConcurrentShims requested at the same time, by all scrapes together
 * @param scrapeTimeoutNanos for one shim
 * @param maxShimResponseBytes of one shim's body
 * @param maxShimSamples in one shim's body
 */
public record ScrapeLimits(
    int maxConcurrentShims, long scrapeTimeoutNanos, int maxShimResponseBytes, int maxShimSamples) {
  /** As {@code 3 s} or {@code 500 ms}. */
  String scrapeTimeout() {
    long millis = TimeUnit.NANOSECONDS.toMillis(scrapeTimeoutNanos);
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}

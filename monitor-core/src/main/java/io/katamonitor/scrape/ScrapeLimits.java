package io.katamonitor.scrape;

import java.util.concurrent.TimeUnit;

/**
 * Limits of a scrape.
 *
 * @param maxConcurrentShims shims that are requested at the same time, by all scrapes together
 * @param scrapeTimeoutNanos time for one shim
 * @param maxShimResponseBytes size of one shim's body
 * @param maxShimSamples samples in one shim's body
 */
public record ScrapeLimits(
    int maxConcurrentShims, long scrapeTimeoutNanos, int maxShimResponseBytes, int maxShimSamples) {
  /** As {@code 3 s} or {@code 500 ms}. */
  String scrapeTimeout() {
    long millis = TimeUnit.NANOSECONDS.toMillis(scrapeTimeoutNanos);
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}

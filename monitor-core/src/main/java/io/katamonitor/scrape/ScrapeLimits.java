package io.katamonitor.scrape;

/**
 * What bounds a scrape.
 *
 * @param maxConcurrentShims asked at the same time, by all scrapes together
 * @param scrapeTimeoutNanos for one shim
 * @param maxShimResponseBytes of one shim's body
 * @param maxShimSamples in one shim's body
 */
public record ScrapeLimits(
    int maxConcurrentShims,
    long scrapeTimeoutNanos,
    int maxShimResponseBytes,
    int maxShimSamples) {}

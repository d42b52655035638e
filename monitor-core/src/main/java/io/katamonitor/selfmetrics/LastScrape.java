package io.katamonitor.selfmetrics;

import io.katamonitor.scrape.FailureReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Time and result of a sandbox's last scrape.
 *
 * @param failure null for a success
 * @param durationNanos from the request to the end of the response, or to the failure
 * @param bytes of the response; 0 for a failure
 * @param samples in the response; 0 for a failure
 */
public record LastScrape(
    Instant time, @Nullable FailureReason failure, long durationNanos, long bytes, long samples) {}

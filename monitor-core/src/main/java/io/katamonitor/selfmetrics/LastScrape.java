package io.katamonitor.selfmetrics;

import io.katamonitor.scrape.FailureReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a sandbox was last scraped, and what came of it.
 *
 * @param failure null for a success
 */
public record LastScrape(Instant time, @Nullable FailureReason failure) {}

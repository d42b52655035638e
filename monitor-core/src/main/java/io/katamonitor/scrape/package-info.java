/**
 * Scrapes: which shims are requested and when, time limits, back-off, and the classification of
 * results. Start with {@link io.katamonitor.scrape.ScrapeService}, the only class that endpoints
 * call.
 *
 * <p>One scrape, from the outside in: the client is a {@link io.katamonitor.scrape.Waiter} with a
 * deadline; waiters share a {@code Fanout}; it has a {@code SandboxResult} for each sandbox, which
 * subscribes to a {@code SharedResult} of a {@code MetricsRequest} ({@code RequestState} has its
 * transitions); the sandbox's {@code ShimGate} admits one such request at a time, {@code
 * RequestSlots} a limited number for the node. {@code ShimScrape} decodes the body, {@code
 * ScrapeMerge} merges the bodies for the client.
 *
 * <p>All types are confined to the event loop, unless they say otherwise.
 */
@NullMarked
package io.katamonitor.scrape;

import org.jspecify.annotations.NullMarked;

package io.katamonitor.scrape;

import io.katamonitor.exposition.PageStore;
import io.katamonitor.sandbox.ScrapePolicy;

/**
 * What the scrape service needs of its surroundings.
 *
 * @param slabs memory outside the heap for bodies that are passed on as they are
 */
public record ScrapePorts(
    ShimClient client,
    ScrapePolicy policy,
    ScrapeObserver observer,
    PageStore.SlabSource slabs,
    Clock clock,
    Timer timer) {}

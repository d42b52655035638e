package io.katamonitor.scrape;

import io.katamonitor.memory.PageStore;
import io.katamonitor.sandbox.ScrapePolicy;
import io.katamonitor.usage.HostUsageSource;

/**
 * What the scrape service needs of its surroundings.
 *
 * @param slabs memory outside the heap for bodies that are passed on as they are
 * @param hostUsage read once by each scrape, beside the shims
 */
public record ScrapePorts(
    ShimClient client,
    ScrapePolicy policy,
    ScrapeObserver observer,
    PageStore.SlabSource slabs,
    Clock clock,
    Timer timer,
    HostUsageSource hostUsage) {}

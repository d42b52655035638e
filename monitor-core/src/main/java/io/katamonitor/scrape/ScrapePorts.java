package io.katamonitor.scrape;

import io.katamonitor.memory.PageStore;
import io.katamonitor.sandbox.ScrapePolicy;
import io.katamonitor.usage.HostUsageSource;

/**
 * The ports through which the scrape service uses other parts and the system.
 *
 * @param slabs off-heap memory for bodies that are passed on unchanged
 * @param hostUsage read once by each scrape, concurrently with the shims
 */
public record ScrapePorts(
    ShimClient client,
    ScrapePolicy policy,
    ScrapeObserver observer,
    PageStore.SlabSource slabs,
    Clock clock,
    Timer timer,
    HostUsageSource hostUsage) {}

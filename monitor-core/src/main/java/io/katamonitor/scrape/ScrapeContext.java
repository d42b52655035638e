package io.katamonitor.scrape;

import io.katamonitor.sandbox.ScrapePolicy;

/** Dependencies and limits that the parts of the scrape service share. */
record ScrapeContext(
    ShimClient client,
    ScrapePolicy policy,
    ScrapeLimits limits,
    ScrapeObserver observer,
    ScrapeMemory memory,
    RequestSlots slots,
    DescriptorShortages shortages,
    Clock clock,
    Timer timer) {
  static ScrapeContext of(ScrapePorts ports, ScrapeLimits limits, ScrapeMemory memory) {
    return new ScrapeContext(
        ports.client(),
        ports.policy(),
        limits,
        ports.observer(),
        memory,
        new RequestSlots(limits.maxConcurrentShims(), ports.clock(), ports.timer()),
        new DescriptorShortages(ports.observer(), ports.clock()),
        ports.clock(),
        ports.timer());
  }
}

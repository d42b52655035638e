package io.katamonitor.endpoint;

import io.katamonitor.web.SandboxesPage;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.selfmetrics.SelfMetrics;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;

/** {@code /sandboxes}: which there are, from the registry as it is now. */
public final class SandboxesEndpoint implements Endpoint {
  private final SandboxesPage page;
  private final SandboxRegistry registry;
  private final SelfMetrics self;

  public SandboxesEndpoint(SandboxesPage page, SandboxRegistry registry, SelfMetrics self) {
    this.page = page;
    this.registry = registry;
    this.self = self;
  }

  @Override
  public void serve(Exchange exchange) {
    PageResponse.negotiated(
        exchange,
        page.show(
            PageResponse.accepted(exchange),
            registry.snapshot(),
            sandbox -> self.lastScrape(sandbox.id())));
  }
}

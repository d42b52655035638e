package io.katamonitor.endpoint;

import io.katamonitor.scrape.RawBody;
import io.katamonitor.scrape.RawWaiter;
import io.katamonitor.scrape.ScrapeOutcome;
import io.katamonitor.scrape.ScrapeService;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics?sandbox=ID}: the unchanged body of one shim's response. It is received
 * completely, at the shim's pace, before the response begins. Confined to the event loop.
 */
final class RawMetricsEndpoint implements Endpoint {
  private final ScrapeService service;
  private final SandboxParameter parameter;
  private final OpenResponses open;
  private final Duration timeoutOffset;

  /**
   * @param timeoutOffset subtracted from the client's timeout
   */
  RawMetricsEndpoint(
      ScrapeService service,
      SandboxParameter parameter,
      OpenResponses open,
      Duration timeoutOffset) {
    this.service = service;
    this.parameter = parameter;
    this.open = open;
    this.timeoutOffset = timeoutOffset;
  }

  @Override
  public void serve(Exchange exchange) {
    var sandbox = parameter.resolveOrRespond(exchange);
    if (sandbox != null) {
      var client = new Client(exchange);
      exchange.onClientGone(client::gone);
      client.waiter =
          service.scrapeRaw(
              sandbox, ScraperTimeout.of(exchange.request(), timeoutOffset).toNanos(), client);
    } else {
      service.countUnknownSandbox();
    }
  }

  private final class Client implements RawWaiter.Listener {
    private final Exchange exchange;
    private @Nullable RawWaiter waiter;
    private boolean gone;

    Client(Exchange exchange) {
      this.exchange = exchange;
    }

    void gone() {
      gone = true;
      if (waiter != null) {
        waiter.cancel();
      }
    }

    @Override
    public void body(RawBody body) {
      if (gone) {
        body.release();
      } else {
        new RawBodySender(exchange, body, open).start();
      }
    }

    @Override
    public void failed(ScrapeOutcome outcome) {
      exchange.respond(ScrapeFailures.response(outcome));
    }
  }
}

package io.katamonitor.endpoint;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.shim.ShimRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * {@code /metrics?sandbox=ID}: the body of one shim as it is. Its type is always ours: upstream let
 * it be guessed from the body, and so served a shim's HTML as HTML.
 */
public final class RawMetricsEndpoint implements Endpoint {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final SandboxParameter parameter;
  private final Predicate<Sandbox> mayBeAsked;
  private final Duration limit;
  private final Duration timeoutOffset;
  private final long mostBytes;

  /**
   * @param mayBeAsked false for a shim that a scrape could kill, and its pod with it, or that is
   *     left alone
   * @param limit for all of the answer, where the scraper does not wait shorter
   * @param timeoutOffset kept back from the scraper's timeout
   * @param mostBytes of it; a longer one is refused, or cut off where its length was not told
   */
  public RawMetricsEndpoint(
      SandboxParameter parameter,
      Predicate<Sandbox> mayBeAsked,
      Duration limit,
      Duration timeoutOffset,
      long mostBytes) {
    this.parameter = parameter;
    this.mayBeAsked = mayBeAsked;
    this.limit = limit;
    this.timeoutOffset = timeoutOffset;
    this.mostBytes = mostBytes;
  }

  @Override
  public void serve(Exchange exchange) {
    var sandbox = parameter.sandboxOf(exchange);
    if (sandbox == null) {
      return;
    }
    if (!mayBeAsked.test(sandbox)) {
      exchange.respond(
          Response.sentence(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "This sandbox's shim is not asked: with its hypervisor it could abort"
                  + " (runtime-rs-scrape), or it let the last scrapes time out."));
      return;
    }
    var scrapers = ScraperTimeout.of(exchange.request(), timeoutOffset);
    Relay.start(
        exchange,
        sandbox.socket(),
        ShimRequest.get("/metrics"),
        scrapers.compareTo(limit) < 0 ? scrapers : limit,
        new Relay.Terms.Content(TYPE, mostBytes, null));
  }
}

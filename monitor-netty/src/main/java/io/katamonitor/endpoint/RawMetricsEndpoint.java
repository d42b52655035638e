package io.katamonitor.endpoint;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.server.Answer;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
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
  private final long mostBytes;

  /**
   * @param mayBeAsked false for a shim that a scrape could kill, and its pod with it
   * @param limit for all of the answer
   * @param mostBytes of it; a longer one is refused, or cut off where its length was not told
   */
  public RawMetricsEndpoint(
      SandboxParameter parameter, Predicate<Sandbox> mayBeAsked, Duration limit, long mostBytes) {
    this.parameter = parameter;
    this.mayBeAsked = mayBeAsked;
    this.limit = limit;
    this.mostBytes = mostBytes;
  }

  @Override
  public void serve(Exchange exchange) {
    var sandbox = parameter.sandboxOf(exchange);
    if (sandbox == null) {
      return;
    }
    if (!mayBeAsked.test(sandbox)) {
      exchange.answer(
          Answer.sentence(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "This sandbox's shim is not asked: with its hypervisor it could abort"
                  + " (runtime-rs-scrape)."));
      return;
    }
    Relay.start(
        exchange,
        sandbox.socket(),
        ShimRequest.get("/metrics"),
        limit,
        new Relay.Terms.Content(TYPE, mostBytes, null));
  }
}

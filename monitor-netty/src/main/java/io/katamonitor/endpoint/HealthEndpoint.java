package io.katamonitor.endpoint;

import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.netty.handler.codec.http.HttpResponseStatus;

/** {@code /healthz} and {@code /livez}: 200 as long as the event loop runs. */
public final class HealthEndpoint implements Endpoint {
  @Override
  public void serve(Exchange exchange) {
    exchange.respond(Response.sentence(HttpResponseStatus.OK, "ok"));
  }
}

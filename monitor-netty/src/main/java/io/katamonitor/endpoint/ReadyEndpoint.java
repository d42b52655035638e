package io.katamonitor.endpoint;

import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.netty.handler.codec.http.HttpResponseStatus;

/** {@code /readyz}: 200 if all conditions hold, else 503; {@code ?verbose} lists them. */
public final class ReadyEndpoint implements Endpoint {
  private final Readiness readiness;

  public ReadyEndpoint(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public void serve(Exchange exchange) {
    boolean ready = readiness.isReady();
    var status = ready ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
    if (exchange.request().parameter("verbose") != null) {
      exchange.respond(Response.text(status, readiness.verbose()));
    } else {
      exchange.respond(Response.sentence(status, ready ? "ok" : "not ready"));
    }
  }
}

package io.katamonitor.endpoint;

import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.web.TargetsPage;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/** {@code /sd}: the sandboxes as targets at the address by which the client reached the monitor. */
public final class TargetsEndpoint implements Endpoint {
  private final SandboxRegistry registry;
  private final boolean secure;

  public TargetsEndpoint(SandboxRegistry registry, boolean secure) {
    this.registry = registry;
    this.secure = secure;
  }

  @Override
  public void serve(Exchange exchange) {
    String host = exchange.request().headers().get(HttpHeaderNames.HOST, "");
    if (host.isBlank()) {
      exchange.respond(
          Response.sentence(
              HttpResponseStatus.BAD_REQUEST,
              "The targets need an address: the request must name its Host."));
      return;
    }
    var page = TargetsPage.show(host, secure, registry.snapshot());
    exchange.respond(
        new Response(
            HttpResponseStatus.OK,
            PageResponse.contentType(page.mediaType()),
            page.content(),
            Map.of()));
  }
}

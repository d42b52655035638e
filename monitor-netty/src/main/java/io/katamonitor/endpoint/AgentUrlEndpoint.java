package io.katamonitor.endpoint;

import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.shim.ShimRequest;
import java.time.Duration;

/** {@code /agent-url}: the URL of a sandbox's agent, as returned by its shim, and a line feed. */
public final class AgentUrlEndpoint implements Endpoint {
  /** A socket's URL: some hundred bytes. */
  private static final int MAX_BYTES = 64 * 1024;

  private final SandboxParameter parameter;
  private final ShimProxies proxies;
  private final Duration limit;

  /**
   * @param limit time for the whole response
   */
  public AgentUrlEndpoint(SandboxParameter parameter, ShimProxies proxies, Duration limit) {
    this.parameter = parameter;
    this.proxies = proxies;
    this.limit = limit;
  }

  @Override
  public void serve(Exchange exchange) {
    var sandbox = parameter.resolveOrRespond(exchange);
    if (sandbox != null) {
      proxies.start(
          exchange,
          sandbox,
          ShimProxies.Kind.OTHER,
          ShimRequest.get("/agent-url"),
          limit,
          new ShimProxy.ResponsePolicy.ContentOnly(Response.TEXT, MAX_BYTES, new LineEnd()));
    }
  }
}

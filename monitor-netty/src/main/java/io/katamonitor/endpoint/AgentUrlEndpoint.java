package io.katamonitor.endpoint;

import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.shim.ShimRequest;
import java.time.Duration;

/** {@code /agent-url}: where a sandbox's agent listens, as its shim says, and a line feed. */
public final class AgentUrlEndpoint implements Endpoint {
  /** An URL of a socket: some hundred bytes. */
  private static final int MOST_BYTES = 64 * 1024;

  private final SandboxParameter parameter;
  private final Duration limit;

  /**
   * @param limit for all of the answer
   */
  public AgentUrlEndpoint(SandboxParameter parameter, Duration limit) {
    this.parameter = parameter;
    this.limit = limit;
  }

  @Override
  public void serve(Exchange exchange) {
    var sandbox = parameter.sandboxOf(exchange);
    if (sandbox != null) {
      Relay.start(
          exchange,
          sandbox.socket(),
          ShimRequest.get("/agent-url"),
          limit,
          new Relay.Terms.Content(Response.TEXT, MOST_BYTES, new LineEnd()));
    }
  }
}

package io.katamonitor.endpoint;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.shim.EpollShimClient;
import io.katamonitor.shim.ShimRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The proxied requests that are open: at most one profile and one other for each sandbox, {@value
 * #MAX_OPEN} in all, {@value #MAX_PROFILES} of them profiles. A request has its place until its
 * exchange ends. Confined to the event loop.
 */
public final class ShimProxies {
  /** Profiles take seconds or minutes; the remaining places are for requests that end at once. */
  enum Kind {
    PROFILE,
    OTHER
  }

  static final int MAX_OPEN = 16;
  static final int MAX_PROFILES = 8;

  private final EpollShimClient client;
  private final Set<SandboxId> profiles = new HashSet<>();
  private final Set<SandboxId> others = new HashSet<>();

  public ShimProxies(EpollShimClient client) {
    this.client = client;
  }

  /**
   * Sends a request to a shim for an exchange, or responds with 503 if there is no place.
   *
   * @param deadline for the whole response
   */
  void start(
      Exchange exchange,
      Sandbox sandbox,
      Kind kind,
      ShimRequest request,
      Duration deadline,
      ShimProxy.ResponsePolicy policy) {
    assert exchange.eventLoop().inEventLoop();
    var open = kind == Kind.PROFILE ? profiles : others;
    if (open.contains(sandbox.id())) {
      respondBusy(exchange, "This sandbox's shim is busy with another request of this kind.");
    } else if (profiles.size() + others.size() >= MAX_OPEN
        || (kind == Kind.PROFILE && profiles.size() >= MAX_PROFILES)) {
      respondBusy(exchange, "Too many requests to shims are open; try again later.");
    } else {
      open.add(sandbox.id());
      exchange.onEnd(failed -> open.remove(sandbox.id()));
      new ShimProxy(client, exchange, sandbox, request, policy).start(deadline);
    }
  }

  private static void respondBusy(Exchange exchange, String sentence) {
    exchange.respond(Response.sentence(HttpResponseStatus.SERVICE_UNAVAILABLE, sentence));
  }
}

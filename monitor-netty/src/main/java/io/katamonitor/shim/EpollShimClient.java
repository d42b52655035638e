package io.katamonitor.shim;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.ShimClient;
import io.netty.channel.EventLoop;

/**
 * Opens connections to shims over epoll domain sockets, one for each request. Confined to its event
 * loop.
 */
public final class EpollShimClient implements ShimClient {
  private final EventLoop loop;
  private final ReadPacing pacing;

  public EpollShimClient(EventLoop loop) {
    this.loop = loop;
    pacing = new ReadPacing(loop);
    ConnectErrors.load();
  }

  @Override
  public Connection connect(Sandbox sandbox, Receiver receiver) {
    var response = new MetricsResponse(receiver);
    var connection = open(sandbox, ShimRequest.METRICS, response);
    response.from(connection);
    return connection;
  }

  /** Connects and sends a request; the listener is not called before this has returned. */
  public ShimConnection open(Sandbox sandbox, ShimRequest request, ShimListener listener) {
    var connection = new ShimConnection(loop, pacing, sandbox.socket(), request, listener);
    // A connect may fail before it returns.
    loop.execute(connection::connect);
    return connection;
  }
}

package io.katamonitor.shim;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.ShimClient;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Opens connections to shims over epoll domain sockets, one for each request. Confined to its event
 * loop.
 */
public final class EpollShimClient implements ShimClient, AutoCloseable {
  private final EventLoop loop;
  private final ReadPacing pacing;
  private final Set<ShimConnection> open = new HashSet<>();

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

  /** Connects and sends a request; the listener is not called before this returns. */
  public ShimConnection open(Sandbox sandbox, ShimRequest request, ShimListener listener) {
    var connection = new ShimConnection(loop, pacing, open, sandbox.socket(), request, listener);
    open.add(connection);
    // A connect may fail within the call.
    loop.execute(connection::connect);
    return connection;
  }

  /**
   * Closes all connections, including those whose responses are no longer awaited. An event loop
   * that is shut down does not always close its channels, so that their buffers would never be
   * freed.
   */
  @Override
  public void close() {
    for (var connection : List.copyOf(open)) {
      connection.close();
    }
  }
}

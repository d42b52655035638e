package io.katamonitor.server;

import io.katamonitor.config.ListenAddress;
import io.katamonitor.log.Log;
import io.katamonitor.memory.MemoryAccount;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/1.1 server: any number of TCP and unix listeners, all connections on one event loop.
 *
 * <p>{@link #listen} and {@link #stop} may be called from any thread but the event loop's, and
 * block; everything else happens on that loop.
 */
public final class HttpServer {
  private static final Log LOG = Log.of(HttpServer.class);

  /** Limit of an account of its own, for a server that is given none: tests and the preload. */
  private static final long MEMORY_BYTES = 64L << 20;

  /**
   * With TLS and more connections than these, a new connection whose client has already
   * disconnected gets no handshake: the listener's queue may have hundreds of such, with an honest
   * client after them.
   */
  private static final int FEW = 8;

  private final EventLoop loop;
  private final Router router;
  private final ServerLimits limits;
  private final RequestObserver observer;
  private final Security security;
  private final LongSupplier clock;
  private final ConnectionTable connections;
  private final TlsHandshakes handshakes;
  private final Listeners listeners;

  private boolean full;

  /** Whether the last connection could not be accepted, which was logged. */
  private boolean failing;

  private boolean sweeping;
  private boolean preloaded;
  private @Nullable Promise<Void> stopped;

  /** A server whose connections are plain and which serves everybody. */
  public HttpServer(EventLoop loop, Router router, ServerLimits limits, RequestObserver observer) {
    this(loop, router, limits, observer, Security.NONE);
  }

  /**
   * @param security closed with the server
   */
  public HttpServer(
      EventLoop loop,
      Router router,
      ServerLimits limits,
      RequestObserver observer,
      Security security) {
    this(
        loop,
        router,
        limits,
        observer,
        security,
        ConnectionMemory.of(new MemoryAccount("connections", MEMORY_BYTES)),
        System::nanoTime);
  }

  /**
   * @param security closed with the server
   * @param memory the account to which connections and their responses are charged
   * @param clock nanoseconds
   */
  public HttpServer(
      EventLoop loop,
      Router router,
      ServerLimits limits,
      RequestObserver observer,
      Security security,
      ConnectionMemory memory,
      LongSupplier clock) {
    this.loop = loop;
    this.router = router;
    this.limits = limits;
    this.observer = observer;
    this.security = security;
    this.clock = clock;
    this.listeners = new Listeners(loop, this::accept, this::cannotAccept);
    this.connections = new ConnectionTable(limits, memory, clock);
    this.handshakes =
        new TlsHandshakes(
            limits.handshakes(),
            clock,
            (task, nanos) -> loop.schedule(task, nanos, TimeUnit.NANOSECONDS));
  }

  /**
   * Listens on a TCP or unix address; a stale socket file is replaced. Before the first one,
   * whatever a response needs is loaded: later there may be no descriptor for it.
   *
   * @return the bound address: with the port the kernel chose where it was 0
   * @throws IOException when the address cannot be had; its message is a sentence for the operator
   */
  public SocketAddress listen(ListenAddress address) throws IOException {
    if (!preloaded) {
      preloaded = true;
      LOG.debug("preloaded", "bytes", ServerPreload.run().length());
    }
    return listeners.listen(address);
  }

  private void cannotAccept(Throwable cause) {
    if (!failing) {
      failing = true;
      LOG.warn("cannot accept a connection: further ones wait", "error", cause.getMessage());
    }
  }

  private void accept(Channel channel) {
    failing = false;
    boolean hasLeft = security.encrypts() && PeerState.hasLeft(channel);
    if (hasLeft && connections.size() > FEW) {
      channel.close();
      return;
    }
    var connection = new ClientConnection(this, channel);
    var place = stopped == null ? connections.admit(connection) : ConnectionTable.Place.NONE;
    reportFull(place);
    if (place == ConnectionTable.Place.NONE) {
      channel.close();
      return;
    }
    if (place != ConnectionTable.Place.REGULAR) {
      acceptNextInTheNextTurn(channel);
    }
    if (place == ConnectionTable.Place.HEALTH) {
      connection.startOnHealthPlace();
    }
    channel.closeFuture().addListener(closed -> closed(connection));
    if (security.encrypts()) {
      // It may have the descriptor of a connection that was closed for it, and get an event of that
      // one: Netty then reads before a read is requested. The bytes wait here for the TLS handler.
      channel.pipeline().addLast("early-input", new EarlyInput());
    }
    if (hasLeft) {
      // Its handshake never starts, but if it speaks plain HTTP it gets its 400.
      serve(connection, channel, new ChannelInboundHandlerAdapter());
    } else {
      security.newTlsHandler(channel, tls -> serve(connection, channel, tls));
    }
    if (!sweeping) {
      sweeping = true;
      sweepLater();
    }
  }

  private void serve(ClientConnection connection, Channel channel, @Nullable ChannelHandler tls) {
    if (channel.isOpen()) {
      ServerPipeline.build(channel, tls, router, connection);
      connection.start();
    }
  }

  private void reportFull(ConnectionTable.Place place) {
    boolean isFull = place != ConnectionTable.Place.REGULAR && stopped == null;
    if (isFull && !full) {
      LOG.warn(
          "too many connections: silent ones are closed, health endpoints are served",
          "limit",
          limits.connections());
    }
    full = isFull;
  }

  /**
   * A connection that took another one's place is read before the next may take its own: else a
   * burst of connections would close it with its request unread.
   */
  private void acceptNextInTheNextTurn(Channel channel) {
    var listener = channel.parent();
    listener.config().setAutoRead(false);
    loop.execute(() -> listener.config().setAutoRead(true));
  }

  private void closed(ClientConnection connection) {
    connections.remove(connection);
    handshakes.end(connection);
    if (stopped != null && connections.isEmpty()) {
      stopped.trySuccess(null);
    }
  }

  private void sweepLater() {
    loop.schedule(this::sweep, limits.sweepNanos(), TimeUnit.NANOSECONDS);
  }

  private void sweep() {
    connections.sweep();
    sweeping = !connections.isEmpty();
    if (sweeping) {
      sweepLater();
    }
  }

  /**
   * Stops listening, closes the connections that wait, lets the others finish.
   *
   * @param grace how long; then they are closed
   * @return done when no connection is left
   */
  public Future<Void> stop(Duration grace) {
    listeners.removeSocketFiles();
    Promise<Void> done = loop.newPromise();
    loop.execute(() -> {
      if (stopped != null) {
        stopped.addListener(end -> done.trySuccess(null));
        return;
      }
      stopped = done;
      listeners.close();
      connections.all().forEach(connection -> ((ClientConnection) connection).stop());
      if (connections.isEmpty()) {
        done.trySuccess(null);
      }
      var timer =
          loop.schedule(
              () -> connections.all().forEach(ConnectionTable.Occupant::closeNow),
              grace.toNanos(),
              TimeUnit.NANOSECONDS);
      done.addListener(end -> timer.cancel(false));
    });
    return done;
  }

  ConnectionTable connections() {
    return connections;
  }

  TlsHandshakes handshakes() {
    return handshakes;
  }

  LongSupplier clock() {
    return clock;
  }

  ServerLimits limits() {
    return limits;
  }

  RequestObserver observer() {
    return observer;
  }

  Security security() {
    return security;
  }
}

package io.katamonitor.server;

import io.katamonitor.config.ListenAddress;
import io.katamonitor.log.Log;
import io.katamonitor.memory.MemoryAccount;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** How often the deadlines of all connections are compared with the clock: no timer for each. */
  private static final Duration SWEEP = Duration.ofSeconds(1);

  /** The most connections that are taken in one turn of the loop. */
  private static final int ACCEPTS = 64;

  private static final int BACKLOG = 512;

  /** Until there is a budget for all accounts: half of what Netty may take outside the heap. */
  private static final long MEMORY_BYTES = 64L << 20;

  private final EventLoop loop;
  private final Router router;
  private final ServerLimits limits;
  private final RequestObserver observer;
  private final Security security;
  private final LongSupplier clock;
  private final ConnectionTable connections;
  private final TlsHandshakes handshakes;

  private final List<Channel> listeners = new ArrayList<>();
  private final List<UnixSocketFile> socketFiles = new ArrayList<>();
  private boolean full;
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
    this.connections = new ConnectionTable(limits, memory, clock);
    this.handshakes =
        new TlsHandshakes(
            limits.handshakes(),
            clock,
            (task, nanos) -> loop.schedule(task, nanos, TimeUnit.NANOSECONDS));
  }

  /**
   * Listens on a TCP or unix address; a socket file nobody listens on any more is replaced. Before
   * the first one, whatever a response needs is loaded: later there may be no descriptor for it.
   *
   * @return the bound address: with the port the kernel chose where it was 0
   * @throws IOException when the address cannot be had; its message is a sentence for the operator
   */
  public SocketAddress listen(ListenAddress address) throws IOException {
    if (!preloaded) {
      preloaded = true;
      LOG.debug("preloaded", "bytes", ServerPreload.run().length());
    }
    // No switch over types: its bootstrap is in no AOT cache, and costs 10 ms of CPU at start.
    if (address instanceof ListenAddress.Unix unix) {
      return listenUnix(unix);
    }
    var listener = await(address, bind((ListenAddress.Tcp) address));
    return listener.localAddress();
  }

  private Channel await(ListenAddress address, ChannelFuture listening) throws IOException {
    listening.awaitUninterruptibly();
    if (!listening.isSuccess()) {
      throw new IOException("cannot listen on " + address + ": " + reason(listening.cause()));
    }
    synchronized (listeners) {
      listeners.add(listening.channel());
    }
    return listening.channel();
  }

  /**
   * The socket is bound here and not by the channel, which would remove the file of its path when
   * it is closed, even if another process made it.
   */
  private SocketAddress listenUnix(ListenAddress.Unix address) throws IOException {
    var path = Path.of(address.path());
    UnixSocketFile.removeStale(path);
    var local = new DomainSocketAddress(address.path());
    var socket = Socket.newSocketDomain();
    try {
      socket.bind(local);
      socket.listen(BACKLOG);
    } catch (IOException e) {
      socket.close();
      throw new IOException("cannot listen on " + address + ": " + reason(e), e);
    }
    var file = UnixSocketFile.of(path);
    var bootstrap =
        bootstrap()
            .channelFactory(() -> new EpollServerDomainSocketChannel(socket.intValue(), true));
    await(address, bootstrap.register());
    synchronized (listeners) {
      socketFiles.add(file);
    }
    return local;
  }

  private ChannelFuture bind(ListenAddress.Tcp address) throws IOException {
    return bootstrap()
        .channel(EpollServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        // What a client sends ahead waits in the kernel: little.
        .option(ChannelOption.SO_RCVBUF, 64 * 1024)
        .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, ServerLimits.UNSENT_BYTES)
        .bind(resolved(address));
  }

  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(loop, loop)
        .option(ChannelOption.RECVBUF_ALLOCATOR, accepts())
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        // The last handler asks for each message; see RequestInput.
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(
                ServerLimits.WRITE_QUEUE_BYTES / 2, ServerLimits.WRITE_QUEUE_BYTES))
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(512, 2048, ServerLimits.READ_BYTES)
                .maxMessagesPerRead(1))
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                accept(channel);
              }
            });
  }

  /**
   * Netty's epoll channel takes one connection in a turn of the loop, and a turn may decode sixty
   * bodies: scrapers that come together must be heard while the first one's shims are being asked.
   */
  private static RecvByteBufAllocator accepts() {
    return new ServerChannelRecvByteBufAllocator()
        .respectMaybeMoreData(false)
        .maxMessagesPerRead(ACCEPTS);
  }

  @SuppressWarnings("AddressSelection") // As Go: the first address of a name.
  private static InetSocketAddress resolved(ListenAddress.Tcp address) throws IOException {
    if (address.host().isEmpty()) {
      return new InetSocketAddress(address.port()); // Every interface, IPv6's too.
    }
    var named = new InetSocketAddress(address.host(), address.port());
    if (named.isUnresolved()) {
      throw new IOException("cannot listen on " + address + ": no such host");
    }
    return named;
  }

  private static String reason(@Nullable Throwable cause) {
    String message = cause == null ? null : cause.getMessage();
    return message == null ? "unknown" : message;
  }

  private void accept(Channel channel) {
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
      // one: Netty then reads before it is asked to. The bytes wait here for the TLS handler.
      channel.pipeline().addLast("early-input", new FlowControlHandler());
    }
    security.newTlsHandler(
        channel,
        tls -> {
          if (channel.isOpen()) {
            ServerPipeline.build(channel, tls, router, connection);
            connection.start();
          }
        });
    if (!sweeping) {
      sweeping = true;
      sweepLater();
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
   * A newcomer that took another one's place is read before the next one may take its own: else a
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
    long nanos = Math.min(SWEEP.toNanos(), limits.headTime().toNanos() / 4);
    loop.schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
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
    removeSocketFiles();
    Promise<Void> done = loop.newPromise();
    loop.execute(() -> {
      if (stopped != null) {
        stopped.addListener(end -> done.trySuccess(null));
        return;
      }
      stopped = done;
      synchronized (listeners) {
        listeners.forEach(Channel::close);
      }
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

  private void removeSocketFiles() {
    synchronized (listeners) {
      for (var file : socketFiles) {
        try {
          file.remove();
        } catch (IOException e) {
          LOG.warn("a socket file could not be removed", "error", e.getMessage());
        }
      }
      socketFiles.clear();
    }
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

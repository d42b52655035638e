package io.katamonitor.server;

import io.katamonitor.config.ListenAddress;
import io.katamonitor.log.Log;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
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
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/1.1 server: any number of TCP and unix listeners, all connections on one event loop.
 *
 * <p>{@link #listen} and {@link #stop} may be called from any thread but the event loop's;
 * everything else happens on that loop.
 */
public final class HttpServer {
  private static final Log LOG = Log.of(HttpServer.class);

  /** How often the connections' times are looked at: one look for all, no timer a connection. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The most connections that are taken in one turn of the loop. */
  private static final int ACCEPTS = 64;

  /** inode(7): the bits of a file's mode that tell its kind, and a socket's. */
  private static final int FILE_TYPE = 0170000;

  private static final int SOCKET_TYPE = 0140000;

  private final EventLoop loop;
  private final Router router;
  private final ServerLimits limits;
  private final RequestObserver observer;
  private final Security security;

  private final List<Channel> listeners = new ArrayList<>();
  private final Set<Connection> connections = new LinkedHashSet<>();
  private boolean full;
  private boolean looking;
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
    this.loop = loop;
    this.router = router;
    this.limits = limits;
    this.observer = observer;
    this.security = security;
  }

  /**
   * Listens on a TCP or unix address; a socket file nobody listens on any more is replaced.
   *
   * @return the bound address: with the port the kernel chose where it was 0
   * @throws IOException when the address cannot be had; its message is a sentence for the operator
   */
  public SocketAddress listen(ListenAddress address) throws IOException {
    // No switch over types: its bootstrap is in no AOT cache, and costs 10 ms of CPU at start.
    var bound =
        address instanceof ListenAddress.Unix unix ? bind(unix) : bind((ListenAddress.Tcp) address);
    bound.awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + address + ": " + reason(bound.cause()));
    }
    synchronized (listeners) {
      listeners.add(bound.channel());
    }
    return bound.channel().localAddress();
  }

  private ChannelFuture bind(ListenAddress.Unix address) throws IOException {
    removeStale(Path.of(address.path()));
    return bootstrap()
        .channel(EpollServerDomainSocketChannel.class)
        .bind(new DomainSocketAddress(address.path()));
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
        .childOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(
                ServerLimits.WRITE_QUEUE_BYTES / 2, ServerLimits.WRITE_QUEUE_BYTES))
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(512, 2048, ServerLimits.READ_BYTES))
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
   * answers: scrapers that come together must be heard while the first one's shims are being asked.
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

  /**
   * Netty's bind removes whatever file is in the way: what is not a dead socket is kept from it.
   */
  private static void removeStale(Path socket) throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int mode = (int) Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & FILE_TYPE) != SOCKET_TYPE) {
      throw new IOException(
          "cannot listen on unix:" + socket + ": a file of another kind is there");
    }
    try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // A full backlog would block.
      probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (ConnectException nobodyListens) {
      Files.delete(socket);
      return;
    }
    throw new IOException("cannot listen on unix:" + socket + ": Address already in use");
  }

  private void accept(Channel channel) {
    if (stopped != null || connections.size() >= limits.connections()) {
      if (!full) {
        full = true;
        LOG.warn("too many connections, new ones are closed", "limit", limits.connections());
      }
      channel.close();
      return;
    }
    full = false;
    var connection = new Connection(this, channel);
    connections.add(connection);
    channel.closeFuture().addListener(closed -> closed(connection));
    channel.config().setAutoRead(false);
    security.newTlsHandler(
        channel,
        tls -> {
          if (channel.isOpen()) {
            build(channel, tls, connection);
            channel.config().setAutoRead(true);
          }
        });
    if (!looking) {
      looking = true;
      lookLater();
    }
  }

  /** The pipeline, in the order of the wire. */
  private static void build(Channel channel, @Nullable ChannelHandler tls, Connection connection) {
    var pipeline = channel.pipeline();
    if (tls != null) {
      pipeline.addLast("tls", tls);
    }
    pipeline.addLast("request-decoder", connection.decoder()).addLast("connection", connection);
  }

  private void closed(Connection connection) {
    connections.remove(connection);
    if (stopped != null && connections.isEmpty()) {
      stopped.trySuccess(null);
    }
  }

  private void lookLater() {
    long nanos = Math.min(LOOK.toNanos(), limits.headTime().toNanos() / 4);
    loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    long now = System.nanoTime();
    for (var connection : List.copyOf(connections)) {
      connection.check(now);
    }
    looking = !connections.isEmpty();
    if (looking) {
      lookLater();
    }
  }

  /**
   * Stops listening, closes the connections that wait, lets the others finish.
   *
   * @param grace how long; then they are closed
   * @return done when no connection is left
   */
  public Future<Void> stop(Duration grace) {
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
      List.copyOf(connections).forEach(Connection::stop);
      if (connections.isEmpty()) {
        done.trySuccess(null);
      }
      var timer =
          loop.schedule(
              () -> List.copyOf(connections).forEach(Connection::closeNow),
              grace.toNanos(),
              TimeUnit.NANOSECONDS);
      done.addListener(end -> timer.cancel(false));
    });
    return done;
  }

  Router router() {
    return router;
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

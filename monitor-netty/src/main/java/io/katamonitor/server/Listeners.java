package io.katamonitor.server;

import io.katamonitor.config.ListenAddress;
import io.katamonitor.log.Log;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The addresses on which the server listens. {@link #listen} and {@link #removeSocketFiles} may be
 * called from any thread but the event loop's, and block; {@link #close} and the callbacks are on
 * the event loop.
 */
final class Listeners {
  private static final Log LOG = Log.of(HttpServer.class);

  /** Maximum of connections that are accepted in one turn of the loop. */
  private static final int ACCEPTS = 64;

  private static final int BACKLOG = 512;

  private final EventLoop loop;
  private final Consumer<Channel> accept;
  private final Consumer<Throwable> cannotAccept;
  private final List<Channel> channels = new ArrayList<>();
  private final List<UnixSocketFile> socketFiles = new ArrayList<>();

  /**
   * @param accept called with each new connection, whose channel does not read by itself
   * @param cannotAccept called with the error; a second later it is tried again
   */
  Listeners(EventLoop loop, Consumer<Channel> accept, Consumer<Throwable> cannotAccept) {
    this.loop = loop;
    this.accept = accept;
    this.cannotAccept = cannotAccept;
  }

  /** See {@link HttpServer#listen}. */
  SocketAddress listen(ListenAddress address) throws IOException {
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
    // After Netty's acceptor, which a task of the loop adds: it pauses for a second and passes the
    // exception on.
    var pipeline = listening.channel().pipeline();
    loop.execute(() -> pipeline.addLast("accept-errors", new AcceptErrors(cannotAccept)));
    synchronized (channels) {
      channels.add(listening.channel());
    }
    return listening.channel();
  }

  /**
   * The socket is bound here and not by the channel, which would remove the file of its path when
   * it is closed, even if another process made it.
   */
  private SocketAddress listenUnix(ListenAddress.Unix address) throws IOException {
    var path = Path.of(address.path());
    try {
      UnixSocketFile.removeStale(path);
    } catch (AccessDeniedException e) { // Its message is the path alone.
      throw new IOException("cannot listen on " + address + ": Permission denied", e);
    } catch (IOException e) {
      throw new IOException("cannot listen on " + address + ": " + reason(e), e);
    }
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
    synchronized (channels) {
      socketFiles.add(file);
    }
    return local;
  }

  private ChannelFuture bind(ListenAddress.Tcp address) throws IOException {
    return bootstrap()
        .channel(EpollServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        // Bounds what a client sends before it is read; the kernel doubles the number.
        .option(ChannelOption.SO_RCVBUF, 64 * 1024)
        .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, ServerLimits.UNSENT_BYTES)
        .bind(resolved(address));
  }

  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(loop, loop)
        .option(ChannelOption.RECVBUF_ALLOCATOR, accepts())
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        // The last handler requests each message; see RequestInput.
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
                accept.accept(channel);
              }
            });
  }

  /**
   * Netty's epoll channel takes one connection in a turn of the loop, and a turn may decode sixty
   * bodies: scrapers that connect together must be accepted while the first one's shims are
   * requested.
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

  /** Stops listening; established connections stay. */
  void close() {
    synchronized (channels) {
      channels.forEach(Channel::close);
    }
  }

  /** Removes the files of unix sockets that no other process has replaced. */
  void removeSocketFiles() {
    synchronized (channels) {
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

  private static final class AcceptErrors extends ChannelInboundHandlerAdapter {
    private final Consumer<Throwable> cannotAccept;

    AcceptErrors(Consumer<Throwable> cannotAccept) {
      this.cannotAccept = cannotAccept;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      cannotAccept.accept(cause);
    }
  }
}

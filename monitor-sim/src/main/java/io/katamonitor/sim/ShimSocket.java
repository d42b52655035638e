package io.katamonitor.sim;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The file at the path of a shim's socket, and the connections to it. */
final class ShimSocket {
  private static final int BACKLOG = 1024;

  private final EventLoop loop;
  private final Path path;
  private final Consumer<Channel> pipeline;
  private final ChannelGroup connections;
  private final List<SocketChannel> backlog = new CopyOnWriteArrayList<>();
  private volatile @Nullable ChannelFuture bound;

  /**
   * Creates no file yet.
   *
   * @param pipeline sets up each connection, on the event loop
   */
  ShimSocket(EventLoop loop, Path path, Consumer<Channel> pipeline) {
    this.loop = loop;
    this.path = path;
    this.pipeline = pipeline;
    this.connections = new DefaultChannelGroup(loop);
  }

  /** Number of open connections. */
  int connections() {
    return connections.size();
  }

  static boolean listens(Fault fault) {
    return switch (fault) {
      case Fault.NoSocket no -> false;
      case Fault.NeverAccept never -> false;
      case Fault.FullBacklog full -> false;
      default -> true;
    };
  }

  /** Removes the file; connections stay. Not on the event loop. */
  void takeAway() {
    var last = bound;
    if (last != null) {
      // The channel deletes the socket's file some time before its close is complete.
      last.channel().close().syncUninterruptibly();
      bound = null;
    }
    backlog.forEach(StateFiles::closeQuietly);
    backlog.clear();
    StateFiles.delete(path);
  }

  /** Cuts all connections. Not on the event loop. */
  void cutConnections() {
    connections.close().syncUninterruptibly();
  }

  /** Simulates the end of the process. On the event loop. */
  void abort() {
    var last = bound;
    if (last != null) {
      last.channel().close();
      bound = null;
    }
    connections.close();
  }

  /** Replaces the socket according to the fault. On the event loop. */
  void arrange(Fault fault) {
    try {
      switch (fault) {
        case Fault.NoSocket no -> place(no.instead());
        case Fault.NeverAccept never -> listen(BACKLOG, false);
        case Fault.FullBacklog full -> listen(1, false);
        default -> listen(BACKLOG, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until the socket is as the fault requires, since a bind is asynchronous. Not on the event
   * loop.
   */
  void awaitArranged(Fault fault) {
    var last = bound;
    if (last != null) {
      last.syncUninterruptibly();
    }
    if (fault instanceof Fault.FullBacklog) {
      fillBacklog();
    }
  }

  private void listen(int queue, boolean accept) {
    bound =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, queue)
            .option(ChannelOption.AUTO_READ, accept)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connections.add(connection);
                    pipeline.accept(connection);
                  }
                })
            .bind(new DomainSocketAddress(path.toFile()));
  }

  /** Connects until the kernel accepts no more, as its queue is full. */
  private void fillBacklog() {
    for (int i = 0; i < 16; i++) {
      try {
        var client = SocketChannel.open(StandardProtocolFamily.UNIX);
        backlog.add(client);
        client.configureBlocking(false);
        client.connect(UnixDomainSocketAddress.of(path));
      } catch (IOException e) {
        return; // EAGAIN
      }
    }
    throw new IllegalStateException("a queue of one takes 16 connections");
  }

  private void place(Fault.Instead instead) throws IOException {
    switch (instead) {
      case NOTHING -> {}
      case STALE_SOCKET -> {
        // The JDK's server socket, unlike Netty's, leaves its file behind.
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
          server.bind(UnixDomainSocketAddress.of(path));
        }
      }
      case FILE -> Files.writeString(path, "not a socket\n");
      case FIFO -> StateFiles.makeFifo(path);
      case DIRECTORY -> Files.createDirectory(path);
      case DANGLING_LINK -> Files.createSymbolicLink(path, Path.of("nowhere.sock"));
      case DATAGRAM_SOCKET -> {
        bound =
            new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(
                    new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel channel) {}
                    })
                .bind(new DomainSocketAddress(path.toFile()));
      }
    }
  }
}

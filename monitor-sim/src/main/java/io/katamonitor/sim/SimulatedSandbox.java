package io.katamonitor.sim;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One sandbox of a {@link SimulatedNode}: its folder, its shim and its pod. */
public final class SimulatedSandbox {
  private static final String SOCKET = "shim-monitor.sock";
  private static final int MOST_REQUEST_BYTES = 1024 * 1024;

  private final SimulatedNode node;
  private final Identity identity;
  private final Layout layout;
  private final Path directory;
  private final long bornMillis;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger scrapes = new AtomicInteger();
  private final ChannelGroup connections;
  private final List<SocketChannel> backlog = new CopyOnWriteArrayList<>();
  private volatile Fault fault = Fault.NONE;
  private volatile Framing framing;
  private volatile boolean podKnown = true;
  private byte @Nullable [] fixedBody;
  private @Nullable ByteBuf framedOnce;
  private volatile @Nullable ChannelFuture bound;

  SimulatedSandbox(SimulatedNode node, Identity identity, Layout layout, long bornMillis) {
    this.node = node;
    this.identity = identity;
    this.layout = layout;
    this.bornMillis = bornMillis;
    this.directory = node.root(layout).resolve(identity.id());
    this.framing = layout == Layout.GO ? Framing.GO : Framing.RUST;
    this.connections = new DefaultChannelGroup(node.loop());
  }

  public String id() {
    return identity.id();
  }

  /** Its id and its pod, as the simulated runtime tells them. */
  public Identity identity() {
    return identity;
  }

  public Layout layout() {
    return layout;
  }

  /** Its folder below the storage root. */
  public Path directory() {
    return directory;
  }

  public Path socket() {
    return directory.resolve(SOCKET);
  }

  /** How many requests came in, of any path. */
  public int requests() {
    return requests.get();
  }

  /** How many requests for {@code /metrics} came in. */
  public int scrapes() {
    return scrapes.get();
  }

  /** How many connections are open now. */
  public int connections() {
    return connections.size();
  }

  public Fault fault() {
    return fault;
  }

  /** Switches a fault on, or all off again by {@link Fault#NONE}; for connections to come. */
  public SimulatedSandbox fault(Fault newFault) {
    var before = fault;
    node.onLoop(() -> {
      fault = newFault;
      forgetFramed();
    });
    if (!listens(before) || !listens(newFault)) {
      takeAway();
      node.onLoop(this::arrange);
      awaitListening();
    }
    return this;
  }

  Framing framing() {
    return framing;
  }

  /** Makes it answer as another HTTP server would. */
  public SimulatedSandbox framing(Framing newFraming) {
    node.onLoop(() -> {
      framing = newFraming;
      forgetFramed();
    });
    return this;
  }

  /** Makes {@code /metrics} answer this text from now on; null: the living one again. */
  public SimulatedSandbox body(byte @Nullable [] body) {
    node.onLoop(() -> {
      fixedBody = body == null ? null : body.clone();
      forgetFramed();
    });
    return this;
  }

  /** The metrics as they are at this moment, without framing. */
  public byte[] currentBody() {
    return node.onLoop(() -> {
      var page = metrics();
      return Arrays.copyOf(page.body(), page.length());
    });
  }

  boolean isPodKnown() {
    return podKnown;
  }

  /** Whether the simulated runtime knows its pod. */
  public SimulatedSandbox podKnown(boolean known) {
    podKnown = known;
    return this;
  }

  /** Rewrites {@code state.json} with another hypervisor; null removes the file. */
  public SimulatedSandbox hypervisor(@Nullable String type) {
    return stateFile(type == null ? null : StateFiles.runtimeRs(identity, type));
  }

  /** Writes any text as {@code state.json}; null removes the file. */
  public SimulatedSandbox stateFile(@Nullable String text) {
    node.onLoop(() -> StateFiles.replace(directory.resolve("state.json"), text));
    return this;
  }

  /** Ends shim and pod: connections are cut, the folder is deleted, the runtime forgets it. */
  public void remove() {
    node.forget(this);
    stop();
    StateFiles.delete(directory);
  }

  /** Ends the shim and removes its socket; folder and pod stay. */
  public void removeSocket() {
    fault(new Fault.NoSocket(Fault.Instead.NOTHING));
  }

  void stop() {
    takeAway();
    connections.close().syncUninterruptibly();
    node.onLoop(this::forgetFramed);
  }

  private static boolean listens(Fault fault) {
    return switch (fault) {
      case Fault.NoSocket no -> false;
      case Fault.NeverAccept never -> false;
      case Fault.FullBacklog full -> false;
      default -> true;
    };
  }

  private void takeAway() {
    var last = bound;
    if (last != null) {
      // The channel deletes the socket's file at some time before its close is over.
      last.channel().close().syncUninterruptibly();
      bound = null;
    }
    backlog.forEach(StateFiles::closeQuietly);
    backlog.clear();
    StateFiles.delete(socket());
  }

  /** Waits until the socket is what the fault wants: a bind ends after the call that began it. */
  void awaitListening() {
    var last = bound;
    if (last != null) {
      last.syncUninterruptibly();
    }
    if (fault instanceof Fault.FullBacklog) {
      fillBacklog();
    }
  }

  // From here on the event loop's.

  void begin() {
    try {
      Files.createDirectories(directory);
      StateFiles.write(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    arrange();
  }

  void countRequest(String uri) {
    requests.incrementAndGet();
    if (uri.equals("/metrics") || uri.startsWith("/metrics?")) {
      scrapes.incrementAndGet();
    }
  }

  /** The framed metrics, for the caller to release. */
  ByteBuf framedMetrics(boolean close) {
    if (!node.isStatic()) {
      return framing.frame(ByteBufAllocator.DEFAULT, metrics(), close);
    }
    var framed = framedOnce;
    if (framed == null) {
      framed = Unpooled.directBuffer(96 * 1024);
      framing.frame(framed, metrics(), close);
      framedOnce = framed;
    }
    return framed.retainedDuplicate();
  }

  /** The answer that a healthy shim gives to any request. */
  Page page(FullHttpRequest request) {
    var path = new QueryStringDecoder(request.uri()).path();
    if (path.equals("/metrics")) {
      return metrics();
    }
    if (layout == Layout.RUNTIME_RS) {
      return path.equals("/agent-url")
          ? Page.text("hvsock://" + directory + "/root/kata.hvsock:1024")
          : Page.text("").withStatus(404);
    }
    if (path.equals("/agent-url")) {
      return Page.text("vsock://" + (3 + Math.abs(identity.id().hashCode() % 100_000)) + ":1024");
    }
    var page = DebugPages.page(identity, request);
    return page == null ? Page.notFound() : page;
  }

  private Page metrics() {
    if (fixedBody != null) {
      return Page.metrics(fixedBody, fixedBody.length, Framing.oneWrite(fixedBody.length));
    }
    var page = node.bodies().page(identity.id().hashCode(), bornMillis);
    if (fault instanceof Fault.UniqueSeries unique) {
      var healthy = Arrays.copyOf(page.body(), page.length());
      var body = GuestSeries.unique(healthy, unique.percent(), identity.id());
      return Page.metrics(body, body.length, Framing.oneWrite(body.length));
    }
    return page;
  }

  private void forgetFramed() {
    if (framedOnce != null) {
      framedOnce.release();
      framedOnce = null;
    }
  }

  /** Puts in the socket's place what the fault wants there. */
  private void arrange() {
    try {
      switch (fault) {
        case Fault.NoSocket no -> place(no.instead());
        case Fault.NeverAccept never -> listen(1024, false);
        case Fault.FullBacklog full -> listen(1, false);
        default -> listen(1024, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void listen(int queue, boolean accept) {
    bound =
        new ServerBootstrap()
            .group(node.loop())
            .channel(EpollServerDomainSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, queue)
            .option(ChannelOption.AUTO_READ, accept)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connections.add(connection);
                    pipeline(connection);
                  }
                })
            .bind(new DomainSocketAddress(socket().toFile()));
  }

  private void pipeline(Channel connection) {
    if (fault instanceof Fault.Reset reset) {
      connection.pipeline().addLast("reset", new ResetHandler(this, reset.afterBytes()));
      return;
    }
    connection
        .pipeline()
        .addLast("decoder", new HttpRequestDecoder())
        .addLast("whole", new HttpObjectAggregator(MOST_REQUEST_BYTES))
        .addLast("shim", new ShimHandler(this));
  }

  /** Connects until the kernel takes no more: its queue is full then. */
  private void fillBacklog() {
    for (int i = 0; i < 16; i++) {
      try {
        var client = SocketChannel.open(StandardProtocolFamily.UNIX);
        backlog.add(client);
        client.configureBlocking(false);
        client.connect(UnixDomainSocketAddress.of(socket()));
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
          server.bind(UnixDomainSocketAddress.of(socket()));
        }
      }
      case FILE -> Files.writeString(socket(), "not a socket\n");
      case FIFO -> StateFiles.makeFifo(socket());
      case DIRECTORY -> Files.createDirectory(socket());
      case DANGLING_LINK -> Files.createSymbolicLink(socket(), Path.of("nowhere.sock"));
      case DATAGRAM_SOCKET -> {
        bound =
            new Bootstrap()
                .group(node.loop())
                .channel(EpollDomainDatagramChannel.class)
                .handler(
                    new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel channel) {}
                    })
                .bind(new DomainSocketAddress(socket().toFile()));
      }
    }
  }
}

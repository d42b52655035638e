package io.katamonitor.server;

import io.katamonitor.config.ListenAddress;
import io.katamonitor.memory.MemoryAccount;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** A server on a free port of the loopback address, with an event loop of its own. */
public final class RunningServer implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final HttpServer server;
  private final int port;

  public RunningServer(Router router) throws IOException {
    this(router, ServerLimits.DEFAULT, RequestObserver.NONE);
  }

  public RunningServer(Router router, ServerLimits limits, RequestObserver observer)
      throws IOException {
    this(router, limits, observer, Security.NONE);
  }

  public RunningServer(
      Router router, ServerLimits limits, RequestObserver observer, Security security)
      throws IOException {
    this(
        router,
        limits,
        observer,
        security,
        ConnectionMemory.of(new MemoryAccount("connections", 64 << 20)),
        System::nanoTime);
  }

  /** A server whose endpoints need its loop. */
  public RunningServer(Function<EventLoop, Router> router, RequestObserver observer)
      throws IOException {
    server = new HttpServer(loop(), router.apply(loop()), ServerLimits.DEFAULT, observer);
    var bound = (InetSocketAddress) server.listen(new ListenAddress.Tcp("127.0.0.1", 0));
    port = bound.getPort();
  }

  RunningServer(
      Router router,
      ServerLimits limits,
      RequestObserver observer,
      Security security,
      ConnectionMemory memory,
      LongSupplier clock)
      throws IOException {
    server = new HttpServer(loop(), router, limits, observer, security, memory, clock);
    var bound = (InetSocketAddress) server.listen(new ListenAddress.Tcp("127.0.0.1", 0));
    port = bound.getPort();
  }

  public EventLoop loop() {
    return group.next();
  }

  /**
   * Blocks the event loop, so that nothing is accepted or read, until the latch is counted down.
   */
  CountDownLatch blockLoop() throws InterruptedException {
    var isBlocked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    loop()
        .submit(() -> {
          isBlocked.countDown();
          return release.await(30, TimeUnit.SECONDS);
        });
    isBlocked.await();
    return release;
  }

  public HttpServer server() {
    return server;
  }

  public int port() {
    return port;
  }

  public RawClient client() throws IOException {
    return new RawClient(port);
  }

  @Override
  public void close() {
    server.stop(Duration.ZERO).syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}

package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.scrape.Clock;
import io.katamonitor.scrape.FamilyPrefixes;
import io.katamonitor.scrape.Scrape;
import io.katamonitor.scrape.ScrapeLimits;
import io.katamonitor.scrape.ScrapePorts;
import io.katamonitor.scrape.ScrapeService;
import io.katamonitor.scrape.Timer;
import io.katamonitor.selfmetrics.BuildInfo;
import io.katamonitor.selfmetrics.SelfMetrics;
import io.katamonitor.shim.EpollShimClient;
import io.katamonitor.shim.EventLoopTimer;
import io.katamonitor.usage.HostUsageSource;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An event loop so busy that its timers fire late, over a real socket. */
class LateTimerTest {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(3);

  @TempDir private Path root;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EventLoop loop = group.next();

  /** Timers of scrape-timeout, fired by the test. */
  private final List<Runnable> limits = new ArrayList<>();

  private volatile long passedNanos;

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class Time implements Clock, Timer {
    private final Timer real = new EventLoopTimer(loop);

    @Override
    public long nanoTime() {
      return System.nanoTime() + passedNanos;
    }

    @Override
    public Instant wallTime() {
      return Instant.now();
    }

    @Override
    public Scheduled schedule(Runnable task, long delayNanos) {
      if (delayNanos == TIMEOUT) {
        limits.add(task);
        return () -> limits.remove(task);
      }
      return real.schedule(task, delayNanos);
    }

    @Override
    public void execute(Runnable task) {
      real.execute(task);
    }
  }

  @Test
  void responseThatWaitsInTheSocketWhenItsTimerFiresLateIsNoTimeout() throws Exception {
    var registry = ScriptedShim.registry(root, "box1");
    var respond = new CountDownLatch(1);
    var responded = new CountDownLatch(1);
    var time = new Time();
    var budget = new MemoryBudget(64 << 20, 32 << 20);
    var slabs = new DirectSlabs();
    try (var shim = new ScriptedShim()) {
      shim.listen(
          root.resolve("box1").resolve(Sandbox.SOCKET_NAME),
          connection -> {
            ScriptedShim.await(respond);
            ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nkata_a 1\n");
            responded.countDown();
            shim.awaitClose(connection);
          });
      var ports =
          new ScrapePorts(
              new EpollShimClient(loop),
              (sandbox, decision) -> decision.accept(Decision.SCRAPE_GO),
              new SelfMetrics(BuildInfo.OWN, registry),
              slabs,
              time,
              time,
              HostUsageSource.NONE);
      var service =
          new ScrapeService(
              registry,
              ports,
              new ScrapeLimits(64, TIMEOUT, 1 << 20, 5000),
              new KataNames(false, name -> true),
              new PageStore(slabs, budget.bodies()),
              budget);
      var result = new CompletableFuture<Scrape>();
      loop.submit(
              () -> {
                service.scrapeNode(TimeUnit.DAYS.toNanos(1), FamilyPrefixes.ALL, result::complete);
              })
          .get();
      assertThat(shim.requests.poll(30, TimeUnit.SECONDS)).isNotNull();
      // The loop is busy while the shim responds and the time passes.
      loop.submit(
              () -> {
                respond.countDown();
                responded.await();
                passedNanos = TIMEOUT + TimeUnit.SECONDS.toNanos(1);
                limits.removeFirst().run();
                return null;
              })
          .get();
      var scrape = result.get(30, TimeUnit.SECONDS);
      assertThat(scrape.firstWithoutSamples()).isNull();
      loop.submit(scrape::release).get();
    }
  }
}

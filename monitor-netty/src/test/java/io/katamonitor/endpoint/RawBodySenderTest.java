package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.scrape.Clock;
import io.katamonitor.scrape.ScrapeLimits;
import io.katamonitor.scrape.ScrapePorts;
import io.katamonitor.scrape.ScrapeService;
import io.katamonitor.selfmetrics.BuildInfo;
import io.katamonitor.selfmetrics.SelfMetrics;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.katamonitor.shim.EpollShimClient;
import io.katamonitor.shim.EventLoopTimer;
import io.katamonitor.usage.HostUsageSource;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawBodySenderTest {
  private static final String PATH = "/metrics?sandbox=box1";

  /** Four blocks. */
  private static final String BODY = "kata_a 1\n".repeat(25_000);

  @TempDir private Path root;
  private final MemoryBudget budget = new MemoryBudget(64 << 20, 32 << 20);
  private final OpenResponses open = new OpenResponses(() -> Long.MAX_VALUE / 2);
  private SandboxRegistry registry;
  private ScriptedShim shim;

  /** Number of buffers for which the next request has memory. */
  private volatile int buffers;

  @BeforeEach
  void listen() throws IOException {
    registry = ScriptedShim.registry(root, "box1");
    shim = new ScriptedShim();
    shim.listen(
        root.resolve("box1").resolve(Sandbox.SOCKET_NAME),
        ScriptedShim.responding(
            "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY));
  }

  @AfterEach
  void close() throws IOException {
    shim.close();
  }

  private Router router(EventLoop loop) {
    var slabs = new DirectSlabs();
    var ports =
        new ScrapePorts(
            new EpollShimClient(loop),
            (sandbox, decision) -> decision.accept(Decision.SCRAPE_GO),
            new SelfMetrics(BuildInfo.OWN, registry),
            slabs,
            Clock.SYSTEM,
            new EventLoopTimer(loop),
            HostUsageSource.NONE);
    var service =
        new ScrapeService(
            registry,
            ports,
            new ScrapeLimits(64, TimeUnit.SECONDS.toNanos(3), 1 << 20, 5000),
            new KataNames(false, name -> true),
            new PageStore(slabs, budget.bodies()),
            budget);
    var endpoint =
        new RawMetricsEndpoint(service, new SandboxParameter(registry), open, Duration.ZERO);
    return new Router()
        .add(
            "/metrics",
            "metrics",
            exchange -> endpoint.serve(StarvedExchange.of(exchange, buffers)));
  }

  private RunningServer server() throws IOException {
    return new RunningServer(this::router, RequestObserver.NONE);
  }

  /** What is held after the tasks that the loop had. */
  private long heldBytes(RunningServer server) throws Exception {
    return server.loop().submit(() -> budget.rawBodies().usedBytes()).get(30, TimeUnit.SECONDS);
  }

  @Test
  void sendsTheBodyAsTheClientReadsIt() throws Exception {
    buffers = Integer.MAX_VALUE;
    try (var server = server();
        var client = server.client()) {
      assertThat(client.get(PATH).reply().text()).isEqualTo(BODY);
      assertThat(heldBytes(server)).isZero();
    }
  }

  @Test
  void closesTheConnectionAndReleasesTheBodyIfNoBufferIsAvailable() throws Exception {
    try (var server = server()) {
      for (int left = 0; left < 4; left++) {
        buffers = left;
        try (var client = server.client()) {
          client.send("GET " + PATH + " HTTP/1.1\r\nHost: x\r\n\r\n");
          assertThat(client.rest()).doesNotContain("\r\n0\r\n");
        }
        assertThat(heldBytes(server)).isZero();
        assertThat(open.cutSlowest()).isFalse();
      }
    }
  }
}

package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryAccount;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All the places are taken by clients that do nothing useful: the others are served on. */
class ServerOverloadTest {
  private static final int CONNECTIONS = ServerLimits.DEFAULT.connections();
  private static final long MEMORY = 64 << 20;

  /** The listing of some 1,000 sandboxes: more than the kernel takes for a client. */
  private static final String LISTING = "x".repeat(400_000);

  private final AtomicLong clock = new AtomicLong();
  private final MemoryAccount memory = new MemoryAccount("connections", MEMORY);
  private final List<RawClient> clients = new ArrayList<>();
  private final CountDownLatch listed = new CountDownLatch(CONNECTIONS);
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    var router =
        new Router()
            .addHealth("/healthz", "healthz", exchange -> respond(exchange, "ok"))
            .add("/metrics", "metrics", exchange -> respond(exchange, "metrics"))
            .add("/held", "held", exchange -> listed.countDown())
            .add(
                "/sandboxes",
                "sandboxes",
                exchange -> {
                  respond(exchange, LISTING);
                  listed.countDown();
                });
    server =
        new RunningServer(
            router,
            ServerLimits.DEFAULT,
            RequestObserver.NONE,
            Security.NONE,
            ConnectionMemory.of(memory),
            clock::get);
  }

  @AfterEach
  void stop() throws IOException {
    for (var client : clients) {
      client.close();
    }
    server.close();
  }

  private static void respond(Exchange exchange, String text) {
    exchange.respond(Response.text(HttpResponseStatus.OK, text));
  }

  private RawClient silent(String sent) throws IOException {
    var client = new RawClient(server.port(), 4 * 1024).send(sent);
    clients.add(client);
    return client;
  }

  private int code(String path) throws IOException {
    try (var client = server.client()) {
      return client.get(path).reply().code();
    }
  }

  @Test
  void sevenHundredIdleConnectionsBlockNoOtherClient() throws Exception {
    for (int i = 0; i < 700; i++) {
      silent("");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(code("/metrics")).isEqualTo(200);
    }
    assertThat(clients.getFirst().isClosedByServer()).isTrue();
  }

  @Test
  void halfSentHeadsBlockNoOtherClient() throws Exception {
    for (int i = 0; i < 700; i++) {
      silent("GET /metrics HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(5_000));
    }
    assertThat(code("/metrics")).isEqualTo(200);
  }

  @Test
  void probesAreServedWhileAllConnectionsAreServedAndHealthPlacesHaveHalfSentHeads()
      throws Exception {
    for (int i = 0; i < CONNECTIONS; i++) {
      silent("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    assertThat(listed.await(30, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j < 8; j++) {
        silent("GET /healthz HTTP/1.1\r\n");
      }
      assertThat(code("/healthz")).isEqualTo(200);
    }
    assertThat(code("/metrics")).isEqualTo(503);
  }

  @Test
  void healthPlaceIsForAnythingOnceAPlaceIsFree() throws Exception {
    for (int i = 0; i < CONNECTIONS; i++) {
      silent("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    assertThat(listed.await(30, TimeUnit.SECONDS)).isTrue();
    var onHealthPlace = silent("GET /metrics HTTP/1.1\r\n");
    clients.getFirst().close();
    clients.getFirst().socket().close();
    // The server has seen that the first one left when it serves another newcomer's request.
    while (code("/metrics") != 200) {
      assertThat(clients.getFirst().socket().isClosed()).isTrue();
    }
    assertThat(onHealthPlace.send("Host: x\r\n\r\n").reply().code()).isEqualTo(200);
  }

  @Test
  void clientsThatDoNotReadListingsBlockNeitherPrometheusNorProbes() throws Exception {
    for (int i = 0; i < CONNECTIONS; i++) {
      silent("GET /sandboxes HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    assertThat(listed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(memory.usedBytes()).isLessThanOrEqualTo(MEMORY);
    for (int i = 0; i < 8; i++) {
      silent("GET /healthz HTTP/1.1\r\n");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(code("/healthz")).isEqualTo(200);
      assertThat(code("/metrics")).isEqualTo(200);
    }
  }

  @Test
  void responseThatWasUnreadLongestMakesRoom() throws Exception {
    // Each fits into the memory: their clients are all served, and none is silent.
    for (int i = 0; i < CONNECTIONS; i++) {
      silent(i < 20 ? "GET /sandboxes HTTP/1.1\r\nHost: x\r\n\r\n" : held());
    }
    assertThat(listed.await(30, TimeUnit.SECONDS)).isTrue();
    sweep();
    assertThat(code("/metrics")).isEqualTo(503);
    clock.addAndGet(Duration.ofSeconds(6).toNanos());
    assertThat(code("/metrics")).isEqualTo(200);
  }

  private static String held() {
    return "GET /held HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  /** As the server does each second: from here on it knows which responses are unread. */
  private void sweep() throws InterruptedException {
    server.loop().submit(() -> server.server().connections().sweep()).sync();
  }
}

package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.memory.MemoryAccount;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.File;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hostile and broken clients: each takes few resources, and all of them are released. */
@Timeout(20)
class ServerAbuseTest {
  private static final int BLOCK = 64 * 1024;

  /** 150 MB, as a scrape of 500 sandboxes. */
  private static final int BLOCKS = 2_300;

  private static final ServerLimits LIMITS =
      new ServerLimits(
          512,
          Duration.ofMillis(600),
          Duration.ofMillis(600),
          Duration.ofMillis(1_500),
          Duration.ofMillis(1_000));

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong written = new AtomicLong();
  private final Router router =
      new Router()
          .add(
              "/hello",
              "hello",
              exchange -> exchange.respond(Response.text(HttpResponseStatus.OK, "hello\n")))
          .add("/huge", "huge", this::huge)
          .add("/held", "held", exchange -> {})
          .addWithPost("/sink", "sink", ServerAbuseTest::sink);
  private final RequestObserver observer =
      new RequestObserver() {
        @Override
        public void began(String handler) {
          inFlight.incrementAndGet();
        }

        @Override
        public void ended(String handler, int code, long durationNanos) {
          inFlight.decrementAndGet();
        }
      };
  private RunningServer server;

  /** With the default limits. */
  private RunningServer patient;

  @BeforeEach
  void start() throws IOException {
    server = new RunningServer(router, LIMITS, observer);
    patient = new RunningServer(router, ServerLimits.DEFAULT, observer);
  }

  @AfterEach
  void stop() {
    server.close();
    patient.close();
  }

  private void huge(Exchange exchange) {
    exchange.begin(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
    var blocks =
        new Runnable() {
          private int left = BLOCKS;

          @Override
          public void run() {
            while (left > 0 && exchange.isWritable()) {
              left--;
              written.addAndGet(BLOCK);
              exchange.write(exchange.allocator().directBuffer(BLOCK).writeZero(BLOCK));
            }
            if (left == 0) {
              exchange.end();
            }
          }
        };
    exchange.onWritable(blocks);
    blocks.run();
  }

  private static int descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }

  private static long directMemory() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  private void assertThatItStillServes() throws IOException {
    try (var client = server.client()) {
      assertThat(client.get("/hello").reply().text()).isEqualTo("hello\n");
    }
  }

  private static void trickle(RawClient client) throws InterruptedException {
    try {
      while (true) {
        client.send("x");
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (IOException closed) {
      // As it should be.
    }
  }

  @Test
  void headThatTricklesIsCutOff() throws Exception {
    try (var client = server.client()) {
      client.send("GET /hello HTTP/1.1\r\nA: ");
      trickle(client);
    }
    assertThatItStillServes();
  }

  @Test
  void headThatTricklesOnAUsedConnectionIsCutOff() throws Exception {
    try (var client = server.client()) {
      client.get("/hello").reply();
      client.send("G");
      trickle(client);
    }
  }

  private static void sink(Exchange exchange) {
    exchange.readBody(
        new BodySink() {
          @Override
          public void content(ByteBuf content) {
            content.release();
          }

          @Override
          public void end() {
            exchange.respond(Response.text(HttpResponseStatus.OK, "sunk\n"));
          }
        });
  }

  @Test
  void bodyThatTricklesIsCutOff() throws Exception {
    try (var client = server.client()) {
      client.send("POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
      trickle(client);
    }
    Await.until("nothing is in flight", () -> inFlight.get() == 0);
  }

  @Test
  void connectionThatSendsNothingIsClosed() throws Exception {
    try (var silent = server.client();
        var idle = server.client()) {
      idle.get("/hello").reply();
      assertThat(silent.isClosedByServer()).isTrue();
      assertThat(idle.isClosedByServer()).isTrue();
    }
  }

  @Test
  void clientThatStopsReadingIsClosedAndTheNextOneServed() throws Exception {
    try (var client = new RawClient(server.port(), 16 * 1024)) {
      client.get("/huge");
      Await.until("it is served", () -> inFlight.get() == 1);
      Await.until("its exchange has ended", () -> inFlight.get() == 0);
    }
    assertThatItStillServes();
  }

  @Test
  void clientThatReadsSlowlyIsNotClosed() throws Exception {
    var passed = new AtomicLong();
    var memory = ConnectionMemory.of(new MemoryAccount("connections", 64 << 20));
    try (var timed =
            new RunningServer(router, LIMITS, observer, Security.NONE, memory, passed::get);
        var client = new RawClient(timed.port(), 16 * 1024)) {
      client.get("/huge");
      for (int i = 0; i < 10; i++) {
        long before = written.get();
        client.exactly(400_000);
        Await.until("more is written", () -> written.get() > before);
        passed.addAndGet(LIMITS.stalledWriteTime().toNanos() * 3 / 4);
        timed.loop().submit(() -> timed.server().connections().sweep()).get();
      }
      assertThat(inFlight).hasValue(1);
      // It stops reading.
      Await.until(
          "it is closed",
          () -> {
            passed.addAndGet(LIMITS.stalledWriteTime().toNanos());
            return inFlight.get() == 0;
          });
    }
  }

  @Test
  void thousandConnectionsDoNotExceedTheLimit() throws Exception {
    int before = descriptors();
    int limit = ServerLimits.DEFAULT.connections();
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 1_000; i++) {
      clients.add(patient.client());
    }
    // The first has been silent longest when one too many is accepted, before it sends anything.
    assertThat(clients.getFirst().isClosedByServer()).isTrue();
    for (var client : clients) {
      try {
        client.get("/held");
      } catch (SocketException closed) {
        // It was silent longest, and made room.
      }
    }
    Await.until("as many are served as the limit allows", () -> inFlight.get() == limit);
    assertThat(inFlight).hasValue(limit);
    for (var client : clients) {
      client.close();
    }
    Await.until("the descriptors are back", () -> descriptors() <= before + 2);
    try (var client = patient.client()) {
      assertThat(client.get("/hello").reply().code()).isEqualTo(200);
    }
  }

  @Test
  void pipelinedRequestsWaitInTheKernel() throws Exception {
    long before = directMemory();
    try (var client = new RawClient(server.port(), 16 * 1024)) {
      var sent = new AtomicLong();
      var sender =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  String batch = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000);
                  while (sent.get() < 500) {
                    client.send(batch);
                    sent.incrementAndGet();
                  }
                } catch (IOException closed) {
                  // The server has closed the connection, as nothing was read.
                }
              });
      sender.join();
      assertThat(sent).hasValueLessThan(500);
      assertThat(directMemory() - before).isLessThan(8 << 20);
    }
    Await.until("nothing is in flight", () -> inFlight.get() == 0);
    assertThatItStillServes();
  }

  @Test
  void clientsThatDoNotReadAHugeResponseCostBoundedMemory() throws Exception {
    int descriptors = descriptors();
    long before = directMemory();
    long most = 0;
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 20; i++) {
      var client = new RawClient(server.port(), 16 * 1024);
      clients.add(client);
      client.get("/huge");
      most = Math.max(most, directMemory() - before);
    }
    Await.until("all are served", () -> inFlight.get() == 20);
    most = Math.max(most, directMemory() - before);
    // A write queue and a block each, and what the allocator rounds up.
    assertThat(most).isLessThan(20L * 3 * ServerLimits.WRITE_QUEUE_BYTES + (8 << 20));
    Await.until("all exchanges have ended", () -> inFlight.get() == 0);
    for (var client : clients) {
      client.close();
    }
    Await.until("the descriptors are back", () -> descriptors() <= descriptors + 2);
  }

  @Test
  void releasesAllResourcesWhenClientsDisconnect() throws Exception {
    assertThatItStillServes();
    int descriptors = descriptors();
    int threads = Thread.activeCount();
    for (int round = 0; round < 4; round++) {
      vanish(100);
      Await.until("nothing is in flight", () -> inFlight.get() == 0);
    }
    Await.until("the descriptors are back", () -> descriptors() <= descriptors + 2);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 1);
    // The allocator keeps some chunks; it does not keep more each round.
    long kept = directMemory();
    vanish(100);
    Await.until("nothing is in flight", () -> inFlight.get() == 0);
    assertThat(directMemory()).isLessThanOrEqualTo(kept + (4 << 20));
    assertThatItStillServes();
  }

  /** Half a request, a held one, a response half read, requests sent ahead; reset or closed. */
  private void vanish(int count) throws IOException {
    var requests =
        List.of(
            "GET /huge HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /held HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /held HTTP/1.1\r\nHost: x\r\n\r\nGET /huge HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /hel",
            "POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\nhalf");
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < count; i++) {
      var client = server.client().send(requests.get(i % requests.size()));
      if (i % requests.size() == 0) {
        client.exactly(10_000);
      }
      client.socket().setSoLinger(i % 2 == 0, 0);
      clients.add(client);
    }
    for (var client : clients) {
      client.close();
    }
  }
}

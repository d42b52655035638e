package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.server.RawClient;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.katamonitor.shim.EpollShimClient;
import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxied requests over real sockets, with shims that behave. */
class ShimProxyTest {
  private static final String ID = "box1";
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path root;
  private SandboxParameter parameter;
  private RunningServer server;
  private ScriptedShim shim;
  private final BlockingQueue<String> began = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws IOException {
    shim = new ScriptedShim();
    parameter = new SandboxParameter(ScriptedShim.registry(root, ID));
    server = new RunningServer(loop -> router(loop, LIMIT), observer());
  }

  private Router router(EventLoop loop, Duration limit) {
    return ScriptedShim.router(loop, parameter, limit);
  }

  private RequestObserver observer() {
    return new RequestObserver() {
      @Override
      public void began(String handler) {
        began.add(handler);
      }

      @Override
      public void ended(String handler, int code, long durationNanos) {}
    };
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    shim.close();
  }

  private ScriptedShim shim(ScriptedShim.Script script) throws IOException {
    shim.listen(root.resolve(ID).resolve(Sandbox.SOCKET_NAME), script);
    return shim;
  }

  private RawClient.Reply get(String target) throws IOException {
    try (var client = server.client()) {
      return client.get(target).reply();
    }
  }

  private static String ok(String headers, String body) {
    return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  @Test
  void agentUrlIsTheShimsWithALineFeed() throws Exception {
    var asked = shim(ScriptedShim.answering(ok("", "vsock://1:1024")));
    assertThat(get("/agent-url?sandbox=" + ID).text()).isEqualTo("vsock://1:1024\n");
    assertThat(asked.requests.take())
        .isEqualToIgnoringCase(
            String.join(
                "\r\n",
                "GET /agent-url HTTP/1.1",
                "host: shim",
                "user-agent: kata-monitor",
                "connection: close",
                "",
                ""));
    assertThat(get("/agent-url?sandbox_id=" + ID).code()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 400",
    "?sandbox=, 400",
    "?sandbox=../box1, 400",
    "?sandbox=..%2fbox1, 400",
    "?sandbox=-x, 400",
    "?sandbox=nobody, 404",
    "?sandbox_id=nobody, 404",
    // The longest that could have a socket, and one more.
    "?sandbox=nobody7890123456789012345678901234567890123456789012345678901234567890123456789012345678, 404",
    "?sandbox=nobody78901234567890123456789012345678901234567890123456789012345678901234567890123456789, 400",
  })
  void sandboxThatIsNoneIsRefusedWithoutAWordOfTheFileSystem(String query, int code)
      throws Exception {
    for (var path : new String[] {"/agent-url", "/debug/vars", "/debug/pprof/heap"}) {
      var reply = get(path + query);
      assertThat(reply.code()).isEqualTo(code);
      assertThat(reply.text()).doesNotContain(root.toString(), "nobody", "..");
    }
  }

  @Test
  void debugAnswerPassesWithStatusTypeAndDisposition() throws Exception {
    var asked =
        shim(
            ScriptedShim.answering(
                String.join(
                    "\r\n",
                    "HTTP/1.1 404 Not Found",
                    "Content-Type: application/octet-stream",
                    "Content-Disposition: attachment; filename=\"heap\"",
                    "Set-Cookie: a=b",
                    "Transfer-Encoding: chunked",
                    "",
                    "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")));
    var reply = get("/debug/pprof/heap?gc=1&sandbox=" + ID + "&debug=2%263&x");
    assertThat(reply.code()).isEqualTo(404);
    assertThat(reply.text()).isEqualTo("abcde");
    assertThat(reply.headers())
        .containsEntry("content-type", "application/octet-stream")
        .containsEntry("content-disposition", "attachment; filename=\"heap\"")
        .containsEntry("x-content-type-options", "nosniff")
        .doesNotContainKey("set-cookie");
    assertThat(asked.requests.take())
        .startsWith("GET /debug/pprof/heap?gc=1&debug=2%263&x HTTP/1.1");
  }

  @ParameterizedTest
  @CsvSource({
    "/debug/pprof/profile?seconds=5, /debug/pprof/profile?seconds=5",
    "/debug/pprof/profile?seconds=601, /debug/pprof/profile?seconds=600",
    "/debug/pprof/trace?seconds=0.5, /debug/pprof/trace?seconds=0.5",
    "/debug/pprof/trace?seconds=99999999999999999999, /debug/pprof/trace?seconds=600",
    "/debug/pprof/symbol?0x1f+0x2, /debug/pprof/symbol?0x1f+0x2",
    "/debug/pprof/allocs?debug=, /debug/pprof/allocs?debug",
  })
  void queryIsBuiltAnewAndSecondsAreCapped(String target, String expected) throws Exception {
    var asked = shim(ScriptedShim.answering(ok("", "x")));
    assertThat(get(target + "&sandbox=" + ID).code()).isEqualTo(200);
    assertThat(asked.requests.take()).startsWith("GET " + expected + " HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1e9", "NaN", "1.2.3", ".", "+5"})
  void secondsThatAreNoNumberAreRefused(String seconds) throws Exception {
    assertThat(get("/debug/pprof/profile?sandbox=" + ID + "&seconds=" + seconds).code())
        .isEqualTo(400);
  }

  @Test
  void pathsThatAreNotListedDoNotExist() throws Exception {
    for (var path :
        new String[] {"/debug/", "/debug/pprof/x", "/debug/vars/", "/debug/pprof/heap/"}) {
      assertThat(get(path + "?sandbox=" + ID).code()).isEqualTo(404);
    }
    assertThat(get("/debug/pprof?sandbox=" + ID).headers())
        .containsEntry("location", "/debug/pprof/?sandbox=" + ID);
  }

  @Test
  void symbolsAreAskedForByPost() throws Exception {
    shim(connection -> {
      String body = ScriptedShim.read(connection, text -> text.endsWith("0x2"));
      ScriptedShim.send(connection, ok("", "num_symbols: 1\n" + body));
    });
    try (var client = server.client()) {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Content-Type: application/x-www-form-urlencoded\r\n");
      client.send("Content-Length: 7\r\n\r\n0x1+0x2");
      assertThat(client.reply().text()).isEqualTo("num_symbols: 1\n0x1+0x2");
    }
    assertThat(shim.requests.take())
        .contains("POST /debug/pprof/symbol HTTP/1.1\r\n")
        .containsIgnoringCase("content-length: 7\r\n")
        .containsIgnoringCase("content-type: application/x-www-form-urlencoded\r\n");
  }

  @Test
  void bodyReachesTheShimAsItComes() throws Exception {
    var first = new CountDownLatch(1);
    shim(connection -> {
      ScriptedShim.read(connection, text -> text.endsWith("0x1"));
      first.countDown();
      ScriptedShim.send(
          connection, ok("", ScriptedShim.read(connection, text -> text.endsWith("0x2"))));
    });
    try (var client = server.client()) {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Content-Length: 7\r\n\r\n0x1");
      assertThat(first.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(client.send("+0x2").reply().text()).isEqualTo("+0x2");
      assertThat(client.get("/nowhere").reply().code()).isEqualTo(404);
    }
  }

  @Test
  void bodyInChunksReachesTheShimInChunks() throws Exception {
    shim(connection -> {
      String chunks = ScriptedShim.read(connection, text -> text.endsWith("0\r\n\r\n"));
      ScriptedShim.send(connection, ok("", chunks));
    });
    try (var client = server.client()) {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Transfer-Encoding: chunked\r\n\r\n3\r\n0x1\r\n0\r\n\r\n");
      assertThat(client.reply().text()).isEqualTo("3\r\n0x1\r\n0\r\n\r\n");
    }
    assertThat(shim.requests.take()).containsIgnoringCase("transfer-encoding: chunked\r\n");
  }

  @Test
  void clientIsReadNoFasterThanTheShimTakes() throws Exception {
    var go = new CountDownLatch(1);
    shim(connection -> {
      ScriptedShim.await(go);
      var block = ByteBuffer.allocate(64 * 1024);
      long taken = 0;
      while (taken < 1_000_000) {
        taken += connection.read(block.clear());
      }
      ScriptedShim.send(connection, ok("", "" + taken));
    });
    long before = PlatformDependent.usedDirectMemory();
    try (var client = server.client()) {
      Thread.startVirtualThread(() -> post(client, 1_000_000));
      assertThat(shim.requests.poll(5, TimeUnit.SECONDS)).isNotNull();
      assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(900_000);
      go.countDown();
      assertThat(client.reply().text()).isEqualTo("1000000");
    }
  }

  private static void post(RawClient client, int length) {
    try {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Content-Length: " + length + "\r\n\r\n").send(new byte[length]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"zz, 400", "7fffffff, 413"})
  void bodyThatIsRefusedMidwayClosesTheShimsConnection(String chunk, int code) throws Exception {
    var asked = shim(connection -> shim.awaitClose(connection));
    try (var client = server.client()) {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Transfer-Encoding: chunked\r\n\r\n3\r\n0x1\r\n");
      assertThat(asked.requests.poll(5, TimeUnit.SECONDS)).isNotNull();
      client.send(chunk + "\r\n").send(new byte[code == 413 ? 1_100_000 : 0]);
      assertThat(client.reply().code()).isEqualTo(code);
    }
    assertThat(asked.closed.poll(5, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  @Test
  void answerThatComesBeforeTheBodyIsWholeEndsTheConnection() throws Exception {
    shim(connection -> {
      // With a part of the body unread, its close would take the response along.
      ScriptedShim.read(connection, text -> text.endsWith("0x1"));
      ScriptedShim.send(connection, ok("", "early"));
    });
    try (var client = server.client()) {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Content-Length: 7\r\n\r\n0x1");
      var reply = client.reply();
      assertThat(reply.text()).isEqualTo("early");
      assertThat(reply.headers()).containsEntry("connection", "close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void clientThatLeavesWithinItsBodyClosesTheShimsConnection() throws Exception {
    var hung = shim(connection -> shim.awaitClose(connection));
    try (var client = server.client()) {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Connection: close\r\nContent-Length: 7\r\n\r\n0x1");
      assertThat(hung.requests.poll(5, TimeUnit.SECONDS)).isNotNull();
      client.socket().shutdownOutput();
      assertThat(hung.closed.poll(5, TimeUnit.SECONDS)).isEqualTo("while idle");
    }
  }

  @Test
  void headIsPassedOnAndHasNoContent() throws Exception {
    shim(ScriptedShim.answering("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"));
    try (var client = server.client()) {
      client.send("HEAD /debug/vars?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head().code()).isEqualTo(200);
      assertThat(client.get("/nowhere").reply().code()).isEqualTo(404);
    }
  }

  @Test
  void linksOfTheIndexStayWithTheSandbox() throws Exception {
    shim(
        ScriptedShim.answering(
            ok("Content-Type: text/html; charset=utf-8\r\n", "<a href='heap?debug=1'>heap</a>")));
    assertThat(get("/debug/pprof/?sandbox=" + ID).text())
        .isEqualTo("<a href='heap?sandbox=" + ID + "&debug=1'>heap</a>");
    assertThat(get("/debug/pprof/goroutine?sandbox=" + ID).text())
        .isEqualTo("<a href='heap?debug=1'>heap</a>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Len",
        "garbage\r\n\r\n",
        "",
      })
  void shimWithoutAUsableAnswerIsABadGateway(String answer) throws Exception {
    shim(ScriptedShim.answering(answer));
    for (var path : new String[] {"/agent-url"}) {
      var reply = get(path + "?sandbox=" + ID);
      assertThat(reply.code()).as(path).isEqualTo(502);
      assertThat(reply.text()).as(path).doesNotContain(root.toString());
    }
  }

  static List<String> garbage() {
    return List.of(
        "HTTP/1.1 200 OK\r\n" + "a:\r\n".repeat(2_000) + "\r\n",
        "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(100_000),
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000),
        "x".repeat(1_000_000),
        "HTTP/1.1 999 Strange\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc",
        "\u0000".repeat(100));
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void shimThatSendsGarbageIsABadGatewayAndIsClosed(String garbage) throws Exception {
    var asked =
        shim(connection -> {
          ScriptedShim.send(connection, garbage);
          shim.awaitClose(connection);
        });
    for (var path : new String[] {"/agent-url", "/debug/vars"}) {
      assertThat(get(path + "?sandbox=" + ID).code()).as(path).isEqualTo(502);
      assertThat(asked.closed.poll(5, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void redirectOfADebugPageIsNotFollowed() throws Exception {
    shim(ScriptedShim.answering("HTTP/1.1 302 Found\r\nLocation: /metrics\r\n\r\n"));
    assertThat(get("/debug/vars?sandbox=" + ID).code()).isEqualTo(502);
  }

  @Test
  void shimThatIsNotThereIsABadGateway() throws Exception {
    assertThat(get("/debug/vars?sandbox=" + ID).code()).isEqualTo(502);
    Files.createFile(root.resolve(ID).resolve(Sandbox.SOCKET_NAME));
    assertThat(get("/debug/vars?sandbox=" + ID).code()).isEqualTo(502);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/agent-url",
        "/debug/vars",
        "/debug/pprof/",
        "/debug/pprof/cmdline",
        "/debug/pprof/symbol",
        "/debug/pprof/trace",
        "/debug/pprof/heap",
      })
  void shimThatIsSilentUntilTheLimitIsAGatewayTimeout(String path) throws Exception {
    var silent = shim(connection -> shim.awaitClose(connection));
    try (var impatient =
            new RunningServer(loop -> router(loop, Duration.ofMillis(200)), RequestObserver.NONE);
        var client = impatient.client()) {
      assertThat(client.get(path + "?sandbox=" + ID).reply().code()).isEqualTo(504);
    }
    assertThat(silent.closed.poll(5, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  @Test
  void answerThatIsNotWholeAtTheLimitBreaksOff() throws Exception {
    var stalled =
        shim(connection -> {
          ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
          shim.awaitClose(connection);
        });
    try (var impatient =
            new RunningServer(loop -> router(loop, Duration.ofMillis(200)), RequestObserver.NONE);
        var client = impatient.client()) {
      client.get("/debug/vars?sandbox=" + ID);
      assertThat(client.rest()).contains("half").doesNotContain("0\r\n\r\n");
    }
    assertThat(stalled.closed.poll(5, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  @ParameterizedTest
  @CsvSource({
    "/debug/vars, 0, 10",
    "/debug/pprof/trace, 0, 10",
    "/debug/pprof/trace, 1.5, 11.5",
    "/debug/pprof/heap, 5, 15",
    "/debug/pprof/profile, 5, 15",
    "/debug/pprof/profile, 600, 610",
    // Go's profile takes whole seconds only, and 30 of them for anything else.
    "/debug/pprof/profile, 0, 40",
    "/debug/pprof/profile, 0.5, 40",
  })
  void limitIsTheSecondsAskedForAndTen(String path, double seconds, double limit) {
    assertThat(
            new DebugEndpoint(parameter, new ShimProxies(new EpollShimClient(server.loop())), LIMIT)
                .limit(path, seconds)
                .toMillis())
        .isEqualTo((long) (limit * 1_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5\r\nab", "5\r\nabcde\r\n", "5\r\nabcdeX", "zz\r\n"})
  void answerThatBreaksOffBreaksTheClientsConnection(String chunks) throws Exception {
    shim(connection -> {
      ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      ScriptedShim.send(connection, chunks);
    });
    for (var path : new String[] {"/agent-url", "/debug/vars"}) {
      try (var client = server.client()) {
        client.get(path + "?sandbox=" + ID);
        assertThat(client.rest()).as(path).doesNotContain("0\r\n\r\n", "error");
      }
    }
  }

  @Test
  void clientThatLeavesClosesTheShimsConnection() throws Exception {
    var hung = shim(connection -> shim.awaitClose(connection));
    try (var client = server.client()) {
      client.get("/debug/pprof/profile?sandbox=" + ID + "&seconds=300");
      assertThat(hung.requests.poll(5, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(hung.closed.poll(5, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  @Test
  void shimIsReadNoFasterThanTheClientTakes() throws Exception {
    var sent = new AtomicLong();
    var full = new CountDownLatch(1);
    shim(connection -> {
      ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\n\r\n");
      var block = ByteBuffer.allocate(64 * 1024);
      connection.configureBlocking(false);
      // Until nothing moves any more, however often the loop turns: every queue on the way is full.
      for (int refused = 0; refused < 100 && sent.get() < 1_600L * block.capacity(); refused++) {
        int written = connection.write(block.clear());
        if (written > 0) {
          sent.addAndGet(written);
          refused = 0;
        }
        server.loop().submit(() -> {}).syncUninterruptibly();
      }
      full.countDown();
      connection.configureBlocking(true);
      for (long left = 1_600L * block.capacity() - sent.get(); left > 0; ) {
        left -= connection.write(block.clear().limit((int) Math.min(left, block.capacity())));
      }
    });
    try (var client = new RawClient(server.port(), 16 * 1024)) {
      client.get("/debug/pprof/trace?sandbox=" + ID);
      assertThat(full.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(sent.get()).isLessThan(20_000_000);
      assertThat(client.reply().text()).hasSize(1_600 * 64 * 1024);
    }
  }

  @Test
  void fullBacklogIsWaitedFor() throws Exception {
    var address = UnixDomainSocketAddress.of(root.resolve(ID).resolve(Sandbox.SOCKET_NAME));
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address, 1);
      var waiting = new ArrayList<SocketChannel>();
      for (int i = 0; i < 2; i++) {
        waiting.add(SocketChannel.open(address));
      }
      try (var client = server.client()) {
        client.get("/debug/vars?sandbox=" + ID);
        assertThat(began.poll(5, TimeUnit.SECONDS)).isEqualTo("debug");
        // What the loop does next is to connect; then a first attempt has failed.
        server.loop().submit(() -> {}).sync();
        server.loop().submit(() -> {}).sync();
        for (var other : waiting) {
          other.close();
          listener.accept().close();
        }
        try (var connection = listener.accept()) {
          ScriptedShim.readHead(connection);
          ScriptedShim.send(connection, ok("", "there"));
        }
        assertThat(client.reply().text()).isEqualTo("there");
      }
    }
  }
}

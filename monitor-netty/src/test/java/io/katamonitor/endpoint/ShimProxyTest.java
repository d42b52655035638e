package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.server.RawClient;
import io.katamonitor.shim.EpollShimClient;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxied requests over real sockets, with shims that behave. */
class ShimProxyTest extends ShimProxyTestCase {
  @Test
  void agentUrlIsThatOfTheShimWithALineFeed() throws Exception {
    var received = shim(ScriptedShim.responding(ok("", "vsock://1:1024")));
    assertThat(get("/agent-url?sandbox=" + ID).text()).isEqualTo("vsock://1:1024\n");
    assertThat(received.requests.take())
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
  void invalidSandboxIsRejectedWithoutDetailsOfTheFileSystem(String query, int code)
      throws Exception {
    for (var path : new String[] {"/agent-url", "/debug/vars", "/debug/pprof/heap"}) {
      var reply = get(path + query);
      assertThat(reply.code()).isEqualTo(code);
      assertThat(reply.text()).doesNotContain(root.toString(), "nobody", "..");
    }
  }

  @Test
  void debugResponsePassesWithStatusTypeAndDisposition() throws Exception {
    var received =
        shim(
            ScriptedShim.responding(
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
    assertThat(received.requests.take())
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
  void queryIsRebuiltAndSecondsAreCapped(String target, String expected) throws Exception {
    var received = shim(ScriptedShim.responding(ok("", "x")));
    assertThat(get(target + "&sandbox=" + ID).code()).isEqualTo(200);
    assertThat(received.requests.take()).startsWith("GET " + expected + " HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1e9", "NaN", "1.2.3", ".", "+5"})
  void secondsThatAreNotANumberAreRejected(String seconds) throws Exception {
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
  void headIsPassedOnAndHasNoContent() throws Exception {
    shim(ScriptedShim.responding("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"));
    try (var client = server.client()) {
      client.send("HEAD /debug/vars?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head().code()).isEqualTo(200);
      assertThat(client.get("/nowhere").reply().code()).isEqualTo(404);
    }
  }

  @Test
  void linksOfTheIndexStayWithTheSandbox() throws Exception {
    shim(
        ScriptedShim.responding(
            ok("Content-Type: text/html; charset=utf-8\r\n", "<a href='heap?debug=1'>heap</a>")));
    assertThat(get("/debug/pprof/?sandbox=" + ID).text())
        .isEqualTo("<a href='heap?sandbox=" + ID + "&debug=1'>heap</a>");
    assertThat(get("/debug/pprof/goroutine?sandbox=" + ID).text())
        .isEqualTo("<a href='heap?debug=1'>heap</a>");
  }

  @ParameterizedTest
  @CsvSource({
    "/debug/vars, 0, 10",
    "/debug/pprof/trace, 0, 10",
    "/debug/pprof/trace, 1.5, 11.5",
    "/debug/pprof/heap, 5, 15",
    "/debug/pprof/profile, 5, 15",
    "/debug/pprof/profile, 600, 610",
    // Go's profile accepts only whole seconds, and uses 30 for anything else.
    "/debug/pprof/profile, 0, 40",
    "/debug/pprof/profile, 0.5, 40",
  })
  void limitIsTheRequestedSecondsPlusTen(String path, double seconds, double limit) {
    assertThat(
            new DebugEndpoint(parameter, new ShimProxies(new EpollShimClient(server.loop())), LIMIT)
                .limit(path, seconds)
                .toMillis())
        .isEqualTo((long) (limit * 1_000));
  }

  @Test
  void clientThatDisconnectsClosesTheConnectionToTheShim() throws Exception {
    var hung = shim(connection -> shim.awaitClose(connection));
    try (var client = server.client()) {
      client.get("/debug/pprof/profile?sandbox=" + ID + "&seconds=300");
      assertThat(hung.requests.poll(30, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(hung.closed.poll(30, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  @Test
  void shimIsReadAtThePaceOfTheClient() throws Exception {
    var sent = new AtomicLong();
    var full = new CountDownLatch(1);
    shim(connection -> {
      ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\n\r\n");
      var block = ByteBuffer.allocate(64 * 1024);
      connection.configureBlocking(false);
      // Until nothing changes in any turn of the loop: every queue is full.
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
  void connectToAFullBacklogIsRetried() throws Exception {
    var address = UnixDomainSocketAddress.of(root.resolve(ID).resolve(Sandbox.SOCKET_NAME));
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address, 1);
      var waiting = new ArrayList<SocketChannel>();
      for (int i = 0; i < 2; i++) {
        waiting.add(SocketChannel.open(address));
      }
      try (var client = server.client()) {
        client.get("/debug/vars?sandbox=" + ID);
        assertThat(began.poll(30, TimeUnit.SECONDS)).isEqualTo("debug");
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

package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.server.RawClient;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of requests on their way to a shim. */
class ProxiedBodyTest extends ShimProxyTestCase {
  @Test
  void symbolsAreRequestedByPost() throws Exception {
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
  void bodyIsStreamedToTheShim() throws Exception {
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
      assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
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
  void clientIsReadAtThePaceOfTheShim() throws Exception {
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
      assertThat(shim.requests.poll(30, TimeUnit.SECONDS)).isNotNull();
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
  void bodyThatIsRejectedMidwayClosesTheConnectionToTheShim(String chunk, int code)
      throws Exception {
    var received = shim(connection -> shim.awaitClose(connection));
    try (var client = server.client()) {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Transfer-Encoding: chunked\r\n\r\n3\r\n0x1\r\n");
      assertThat(received.requests.poll(30, TimeUnit.SECONDS)).isNotNull();
      client.send(chunk + "\r\n").send(new byte[code == 413 ? 1_100_000 : 0]);
      assertThat(client.reply().code()).isEqualTo(code);
    }
    assertThat(received.closed.poll(30, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  @Test
  void responseBeforeTheEndOfTheBodyClosesTheConnection() throws Exception {
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
  void clientThatDisconnectsWithinItsBodyClosesTheConnectionToTheShim() throws Exception {
    var hung = shim(connection -> shim.awaitClose(connection));
    try (var client = server.client()) {
      client.send("POST /debug/pprof/symbol?sandbox=" + ID + " HTTP/1.1\r\nHost: x\r\n");
      client.send("Connection: close\r\nContent-Length: 7\r\n\r\n0x1");
      assertThat(hung.requests.poll(30, TimeUnit.SECONDS)).isNotNull();
      client.socket().shutdownOutput();
      assertThat(hung.closed.poll(30, TimeUnit.SECONDS)).isEqualTo("while idle");
    }
  }
}

package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.RunningServer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxied requests to shims whose responses cannot be used. */
class BadShimResponsesTest extends ShimProxyTestCase {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Len",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        "garbage\r\n\r\n",
        "",
      })
  void shimWithoutAUsableResponseIsABadGateway(String response) throws Exception {
    shim(ScriptedShim.responding(response));
    var reply = get("/agent-url?sandbox=" + ID);
    assertThat(reply.code()).isEqualTo(502);
    assertThat(reply.text()).doesNotContain(root.toString());
  }

  static List<String> garbage() {
    return List.of(
        "HTTP/1.1 200 OK\r\n" + "a:\r\n".repeat(2_000) + "\r\n",
        "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(100_000),
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000),
        "x".repeat(1_000_000),
        "HTTP/1.1 999 Strange\r\n\r\n",
        "HTTP/1.1 099 Strange\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc",
        "\u0000".repeat(100));
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void shimThatSendsGarbageIsABadGatewayAndIsClosed(String garbage) throws Exception {
    var received =
        shim(connection -> {
          ScriptedShim.send(connection, garbage);
          shim.awaitClose(connection);
        });
    for (var path : new String[] {"/agent-url", "/debug/vars"}) {
      assertThat(get(path + "?sandbox=" + ID).code()).as(path).isEqualTo(502);
      assertThat(received.closed.poll(30, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void redirectOfADebugPageIsNotFollowed() throws Exception {
    shim(ScriptedShim.responding("HTTP/1.1 302 Found\r\nLocation: /metrics\r\n\r\n"));
    assertThat(get("/debug/vars?sandbox=" + ID).code()).isEqualTo(502);
  }

  @Test
  void missingShimIsABadGateway() throws Exception {
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
    assertThat(silent.closed.poll(30, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  @Test
  void responseThatIsIncompleteAtTheLimitIsAborted() throws Exception {
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
    assertThat(stalled.closed.poll(30, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5\r\nab", "5\r\nabcde\r\n", "5\r\nabcdeX", "5\r\nabcde\r\nzz\r\n"})
  void truncatedResponseAbortsTheClientsConnection(String chunks) throws Exception {
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
}

package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.server.RawClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The unchanged body of one shim's response, over real sockets. */
class RawMetricsEndpointTest {
  private static final String PATH = "/metrics?sandbox=box1";

  @TempDir private Path root;
  private ScriptedShim shim;
  private RunningDaemon daemon;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectory(root.resolve("box1"));
    Files.writeString(root.resolve("box1/persist.json"), "{}");
    shim = new ScriptedShim();
    daemon =
        RunningDaemon.start(
            "-sandboxes-path=" + root,
            "-runtime-endpoint=" + root.resolve("no-runtime"),
            "-max-shim-response-bytes=1MiB");
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
    shim.close();
  }

  private void listen(ScriptedShim.Script script) throws IOException {
    shim.listen(root.resolve("box1").resolve(Sandbox.SOCKET_NAME), script);
  }

  private HttpResponse<String> get(String... headers) throws Exception {
    return daemon.get(PATH, headers);
  }

  private static String ok(String fields, String body) {
    return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  @Test
  void bodyIsPassedOnWithAFixedType() throws Exception {
    listen(ScriptedShim.responding(ok("Content-Type: text/html\r\n", "<script>")));
    var reply = get();
    assertThat(reply.body()).isEqualTo("<script>");
    assertThat(reply.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(reply.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @Test
  void largeBodyIsPassedOnWhole() throws Exception {
    var body = "kata_a 123456789\n".repeat(50_000);
    listen(ScriptedShim.responding("HTTP/1.0 200 OK\r\n\r\n" + body));
    assertThat(get().body()).isEqualTo(body);
  }

  @Test
  void headRequestGetsNoBody() throws Exception {
    listen(ScriptedShim.responding(ok("", "kata_a 1\n")));
    try (var client = new RawClient(daemon.port())) {
      client.send("HEAD " + PATH + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 200").doesNotContain("kata_a");
    }
  }

  @Test
  void interimResponsesAreSkipped() throws Exception {
    listen(ScriptedShim.responding("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("", "x")));
    assertThat(get().body()).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 302 Found\\r\\nLocation: http://x/\\r\\nContent-Length: 0\\r\\n\\r\\n, status",
    "HTTP/1.1 204 No Content\\r\\n\\r\\n, status",
    "HTTP/1.1 500 Internal Server Error\\r\\nContent-Length: 1\\r\\n\\r\\nx, status",
    "HTTP/1.1 200 OK\\r\\nContent-Length: 2000000\\r\\n\\r\\nx, too_large",
    "HTTP/1.1 200 OK\\r\\nContent-Length: x\\r\\n\\r\\nx, malformed",
    "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhalf, malformed",
    "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nabcdeX, malformed",
    "HTTP/1.1 200 OK\\r\\nContent-Len, malformed",
    "garbage\\r\\n\\r\\n, malformed",
  })
  void responseThatIsNotWholeIsABadGateway(String response, String reason) throws Exception {
    listen(ScriptedShim.responding(response.translateEscapes()));
    var reply = get();
    assertThat(reply.statusCode()).isEqualTo(502);
    assertThat(reply.body()).isEqualTo("The shim gave no metrics: " + reason + ".\n");
  }

  @Test
  void startingShimIsUnavailable() throws Exception {
    assertThat(get().statusCode()).isEqualTo(503);
    assertThat(get().body()).isEqualTo("The sandbox is starting; its shim is not scraped yet.\n");
  }

  @Test
  void vanishedShimIsABadGateway() throws Exception {
    listen(ScriptedShim.responding(ok("", "kata_a 1\n")));
    assertThat(get().statusCode()).isEqualTo(200);
    Files.delete(root.resolve("box1").resolve(Sandbox.SOCKET_NAME));
    assertThat(get().statusCode()).isEqualTo(502);
  }

  @Test
  void endlessBodyIsABadGateway() throws Exception {
    listen(connection -> {
      ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\n\r\n");
      while (connection.isOpen()) {
        ScriptedShim.send(connection, "x".repeat(10_000));
      }
    });
    assertThat(get().statusCode()).isEqualTo(502);
  }

  @Test
  void silentShimIsAGatewayTimeoutAndItsRequestIsHeld() throws Exception {
    listen(shim::awaitClose);
    var reply = get("X-Prometheus-Scrape-Timeout-Seconds", "0.6");
    assertThat(reply.statusCode()).isEqualTo(504);
    assertThat(shim.closed).isEmpty();
  }

  /** Forty raw clients in a loop, one of which reads nothing, and a Prometheus. */
  @Test
  void fortyRawClientsDoNotBlockAScrape() throws Exception {
    var body = "kata_a 1\n".repeat(4_000);
    var concurrent = new AtomicInteger();
    var most = new AtomicInteger();
    listen(connection -> {
      most.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
      ScriptedShim.send(connection, ok("", body));
      concurrent.decrementAndGet();
    });
    var stop = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    try (var unread = new RawClient(daemon.port(), 16 * 1024)) {
      unread.get(PATH);
      for (int i = 0; i < 38; i++) {
        threads.add(Thread.ofVirtual().start(() -> loop(stop)));
      }
      for (int i = 0; i < 20; i++) {
        var scrape = daemon.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "5");
        assertThat(scrape.body()).contains("kata_a{sandbox_id=\"box1\"");
      }
    } finally {
      stop.countDown();
      for (var thread : threads) {
        thread.join();
      }
    }
    assertThat(most).hasValue(1);
  }

  private void loop(CountDownLatch stop) {
    try (var client = new RawClient(daemon.port())) {
      while (stop.getCount() > 0) {
        assertThat(client.get(PATH).reply().code()).isEqualTo(200);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

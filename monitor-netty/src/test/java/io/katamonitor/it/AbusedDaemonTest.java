package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.guard.Await;
import io.katamonitor.sandbox.DirectoryScrapePolicy;
import io.katamonitor.server.RawClient;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program with the flags of the image and 500 sandboxes: 150 MB of text per scrape. A
 * well-behaved client is served whatever others do, and after they have disconnected, descriptors
 * and threads are back to their numbers, and direct memory to what is kept for the next scrape.
 */
@Timeout(180)
@Tag("system")
class AbusedDaemonTest {
  private static final int SANDBOXES = 500;
  private static final int CONNECTIONS = 512;

  /** Pages of responses, which are kept until there was no scrape for 40 s, and some buffers. */
  private static final long KEPT_BYTES = (64 + 8) << 20;

  private static final String ALL = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String GZIP = ALL.replace("Host", "Accept-Encoding: gzip\r\nHost");

  /** How a client disconnects: what it has sent, and how much of the response it has read. */
  private record Leaving(String request, int taken) {}

  private static final List<Leaving> LEAVINGS =
      List.of(
          new Leaving("", 0),
          new Leaving("GET /met", 0),
          new Leaving(ALL, 0),
          new Leaving(ALL, 100),
          new Leaving(GZIP, 100),
          new Leaving(ALL.repeat(50), 100),
          new Leaving(ALL + "GET /met", 0),
          new Leaving(
              "POST /debug/pprof/symbol HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", 0),
          new Leaving("GET /metrics HTTP/1.1\nHost: x\n\n", 0),
          new Leaving("GET /" + "x".repeat(9_000), 0),
          new Leaving("\u0016\u0003\u0001", 0));

  private final SimulatedNode node = SimulatedNode.start(new SimulatedNode.Options(1, true));
  @TempDir private Path folder;
  private MonitorProcess monitor;
  private int port;
  private String sandbox;

  @BeforeEach
  void start() throws Exception {
    var sandboxes = node.addSandboxes(SANDBOXES, Layout.GO);
    sandbox = sandboxes.getFirst().id();
    byte[] body = sandboxes.getFirst().currentBody();
    sandboxes.forEach(sandbox -> sandbox.body(body));
    monitor =
        MonitorProcess.start(
            folder,
            "-listen-address=127.0.0.1:0",
            // Only the release of resources is checked, on a machine that may be busy.
            "-scrape-timeout=30s",
            "-sandboxes-path=" + node.root(Layout.GO),
            "-runtime-endpoint=" + node.cri().socket());
    port = monitor.awaitPort();
  }

  @AfterEach
  void stop() {
    monitor.close();
    node.close();
  }

  private RawClient client() throws IOException {
    var client = new RawClient(port, 16 * 1024);
    client.socket().setSoTimeout(30_000);
    return client;
  }

  /** A whole scrape like that of Prometheus; returns the direct memory that it reports. */
  private long scrape() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .header("Accept-Encoding", "gzip")
            .header("X-Prometheus-Scrape-Timeout-Seconds", "60")
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      while (response.statusCode() == 503) {
        // The maximum number is served until the disconnects are noticed.
        response.body().close();
        response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      }
      assertThat(response.statusCode()).isEqualTo(200);
      long direct = -1;
      int sandboxes = 0;
      try (var text =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(response.body()), StandardCharsets.ISO_8859_1))) {
        for (var line = text.readLine(); line != null; line = text.readLine()) {
          if (line.startsWith("kata_shim_threads{")) {
            sandboxes++;
          } else if (line.startsWith("kata_monitor_direct_memory_used_bytes ")) {
            direct = (long) Double.parseDouble(line.substring(line.lastIndexOf(' ')));
          }
        }
      }
      assertThat(sandboxes).isEqualTo(SANDBOXES);
      return direct;
    }
  }

  @Test
  void releasesAllResourcesWhenClientsDisconnect() throws Exception {
    for (int i = 0; i < 3; i++) {
      scrape();
    }
    long direct = scrape();
    int descriptors = monitor.descriptors();
    int threads = monitor.threads();
    var slow = slowClients(60);

    clientsThatStopReadingBlockNoOtherScrape();
    for (int round = 0; round < 3; round++) {
      ninetyNineOfAHundredVanish();
    }
    aThousandConnectionsAreNoMoreThanTheLimit();
    for (var client : slow) {
      assertThat(client.rest()).doesNotContain(" 200 OK");
      client.close();
    }

    Await.until(
        "the descriptors are back",
        Duration.ofSeconds(5),
        () -> monitor.descriptors() <= descriptors);
    // Those that read state files start on demand, and end after 5 idle minutes.
    assertThat(monitor.threads()).isLessThanOrEqualTo(threads + DirectoryScrapePolicy.MAX_THREADS);
    // If pages of disconnected clients were leaked, the last scrapes would have had none.
    assertThat(scrape() - direct).isLessThan(KEPT_BYTES);
    assertThat(monitor.err()).doesNotContain("level=error").doesNotContain("LEAK");
  }

  /** Slowloris: half of a head, half of a body on its way to a shim. Closed in 5 and 10 s. */
  private List<RawClient> slowClients(int count) throws IOException {
    var clients = new ArrayList<RawClient>();
    var symbol = "POST /debug/pprof/symbol?sandbox=%s HTTP/1.1\r\nHost: x\r\n".formatted(sandbox);
    for (int i = 0; i < count; i++) {
      clients.add(
          client().send(i % 2 == 0 ? "GET /met" : symbol + "Content-Length: 9\r\n\r\nhalf"));
    }
    return clients;
  }

  private void clientsThatStopReadingBlockNoOtherScrape() throws Exception {
    var stalled = new ArrayList<RawClient>();
    for (int i = 0; i < 20; i++) {
      var client = client().send(i % 2 == 0 ? ALL : GZIP);
      client.exactly(1_000);
      stalled.add(client);
    }
    scrape();
    for (var client : stalled) {
      client.close();
    }
  }

  /** Half of them resets the connection, the other half closes it. */
  private void ninetyNineOfAHundredVanish() throws Exception {
    // Fewer at a time than the limit.
    for (int part = 0; part < 3; part++) {
      var clients = new ArrayList<RawClient>();
      for (int i = 0; i < 33; i++) {
        var leaving = LEAVINGS.get(i % LEAVINGS.size());
        var client = client().send(leaving.request());
        client.exactly(leaving.taken());
        client.socket().setSoLinger(i % 2 == 0, 0);
        clients.add(client);
      }
      for (var client : clients) {
        client.close();
      }
    }
    scrape();
  }

  private void aThousandConnectionsAreNoMoreThanTheLimit() throws Exception {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 1_000; i++) {
      clients.add(client());
    }
    // The kernel connects before the monitor accepts: a client may be served and then be closed
    // for one that connected earlier. After a first round all are accepted and stay.
    countResponses(clients);
    // Health places also give responses while they are free.
    assertThat(countResponses(clients)).isBetween(CONNECTIONS - 60, CONNECTIONS + 8);
    for (var client : clients) {
      client.close();
    }
  }

  private static int countResponses(List<RawClient> clients) throws Exception {
    int responses = 0;
    for (var client : clients) {
      try {
        responses += client.get("/healthz").reply().code() == 200 ? 1 : 0;
      } catch (IOException closed) {
        // By the monitor, before it was requested or before it responded.
      }
    }
    return responses;
  }
}

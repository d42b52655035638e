package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.server.RawClient;
import io.katamonitor.sim.CgroupVersion;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program as the image runs it, over 500 sandboxes, with as many viewers of the page and its
 * JSON as it accepts connections. Ten of them stop reading.
 */
@Timeout(180)
@Tag("system")
class ManyViewersTest {
  private static final int SANDBOXES = 500;
  private static final int VIEWERS = 512;
  private static final int STOPPED = 10;
  private static final long MIB = 1 << 20;

  private static final String DOCUMENTS = "kata_monitor_memory_used_bytes{account=\"documents\"}";

  /** The kernel buffers some documents for a socket that is not read. */
  private static final int PIPELINED = 30;

  private static final List<String> REQUESTS =
      List.of(
          "GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n",
          "GET /sandboxes HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n",
          "GET /sandboxes?history=true HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n");

  private final SimulatedNode node =
      SimulatedNode.start(SimulatedNode.Options.kata(CgroupVersion.V2));
  private final List<RawClient> clients = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void stop() throws IOException {
    for (var client : clients) {
      client.close();
    }
    node.close();
  }

  private RawClient client(int port) throws IOException {
    var client = new RawClient(port, 16 * 1024);
    client.socket().setSoTimeout(60_000);
    clients.add(client);
    return client;
  }

  private static String scrape(RawClient client) throws IOException {
    client.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    var reply = client.reply();
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.text().lines().filter(line -> line.startsWith("kata_monitor_sandbox_up{")))
        .hasSize(SANDBOXES)
        .allMatch(line -> line.endsWith(" 1"));
    return reply.text();
  }

  private static long value(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow();
  }

  private static void isWhole(RawClient.Reply reply, int form) {
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.text()).endsWith(form == 0 ? "</html>\n" : "]}\n");
    assertThat(reply.text().split(form == 0 ? "<tbody " : "\n \\{\"id\":", -1)).hasSize(501);
  }

  @Test
  void viewersOnAllConnectionsAndScrapesAreServedWithinTheMemoryLimit() throws Exception {
    node.addSandboxes(SANDBOXES, Layout.GO);
    try (var monitor =
        MonitorProcess.start(
            folder,
            "-listen-address=127.0.0.1:0",
            "-scrape-timeout=30s", // However busy the machine is.
            "-sandboxes-path=" + node.root(Layout.GO),
            "-runtime-endpoint=" + node.cri().socket(),
            "-cgroup-root=" + node.cgroupRoot())) {
      int port = monitor.awaitPort();
      for (int i = 0; i < 3; i++) {
        scrape(client(port));
      }
      long before = monitor.peakResidentBytes();
      clients.clear();

      for (int i = 0; i < STOPPED; i++) {
        client(port).send(REQUESTS.get(i % REQUESTS.size()).repeat(PIPELINED)).exactly(1_000);
      }
      assertThat(value(scrape(client(port)), "kata_monitor_http_requests_in_flight"))
          .as("those that have stopped, and the scrape")
          .isEqualTo(STOPPED + 1);
      for (int i = STOPPED + 1; i < VIEWERS; i++) { // One place is for the scrapes.
        client(port);
      }
      var reading = List.copyOf(clients.subList(STOPPED + 1, clients.size()));
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < reading.size(); i++) {
          reading.get(i).send(REQUESTS.get(i % REQUESTS.size()));
        }
        for (int i = 0; i < reading.size(); i++) {
          isWhole(reading.get(i).reply(), i % REQUESTS.size());
        }
        var metrics = scrape(client(port));
        assertThat(value(metrics, DOCUMENTS)).isPositive().isLessThanOrEqualTo(16 * MIB);
      }
      long grown = monitor.peakResidentBytes() - before;
      System.out.printf("%d viewers: %d MiB more were resident%n", VIEWERS, grown / MIB);
      assertThat(grown).isLessThan(64 * MIB);

      for (var client : clients) {
        client.close();
      }
      long held;
      do { // A document is freed a second after it was rendered.
        held = value(scrape(client(port)), DOCUMENTS);
      } while (held > 0);
      assertThat(monitor.err()).doesNotContain("level=error").doesNotContain("LEAK");
    }
  }
}

package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.server.RawClient;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program with the image's heap of 28 MiB, and as many clients as it accepts, each at the
 * limits of what a client may send: it serves the others, and does not run out of memory.
 */
@Timeout(60)
class BadClientsTest {
  private static final String HOST = " HTTP/1.1\r\nHost: x\r\n";

  /** In 8 KiB: as objects they would take 500 times 200 KB. */
  private static final String FIELDS = "a:\r\n".repeat(2_000);

  /** The maximum number that is accepted, and of bytes. */
  private static final String FULL_HEAD =
      ("f: " + "v".repeat(74) + "\r\n").repeat(98) + "last: ".repeat(10);

  /** The limit in docs/operations.md for the default memory budget. */
  private static final long IMAGE_BYTES = 250L << 20;

  private final SimulatedNode node = SimulatedNode.start();
  private final List<RawClient> clients = new ArrayList<>();
  @TempDir private Path folder;
  private MonitorProcess monitor;
  private int port;
  private String hung;

  @BeforeEach
  void start() throws Exception {
    node.addSandboxes(20, Layout.GO);
    hung = node.addSandbox().fault(new Fault.Hang()).id();
    monitor =
        MonitorProcess.start(
            folder,
            "-listen-address=127.0.0.1:0",
            "-sandboxes-path=" + node.root(Layout.GO),
            "-runtime-endpoint=" + node.cri().socket());
    port = monitor.awaitPort();
  }

  @AfterEach
  void stop() throws IOException {
    for (var client : clients) {
      client.close();
    }
    monitor.close();
    node.close();
  }

  private void open(int count, String sent) throws IOException {
    for (int i = 0; i < count; i++) {
      var client = new RawClient(port, 16 * 1024);
      clients.add(client);
      try {
        client.send(sent.getBytes(StandardCharsets.ISO_8859_1));
      } catch (SocketException rejected) {
        // The response arrived before everything was sent.
      }
    }
  }

  private int code(String path) throws IOException {
    try (var client = new RawClient(port)) {
      return client.get(path).reply().code();
    }
  }

  private void assertThatItServes() throws IOException {
    assertThat(code("/healthz")).isEqualTo(200);
    assertThat(code("/metrics?filter_family=kata_monitor")).isEqualTo(200);
    assertThat(monitor.err()).doesNotContain("OutOfMemoryError").doesNotContain("level=error");
  }

  @Test
  void halfSentHeadsOf2000FieldsTakeNoMemory() throws Exception {
    open(500, "GET /metrics" + HOST + FIELDS);
    assertThatItServes();
  }

  @Test
  void completeHeadsOf2000FieldsForAHungShimTakeNoMemory() throws Exception {
    open(500, "GET /debug/pprof/cmdline?sandbox=" + hung + HOST + FIELDS + "\r\n");
    assertThatItServes();
  }

  @Test
  void everyLimitAtOnceFitsIntoTheMemory() throws Exception {
    open(40, "GET /metrics" + HOST + "\r\n");
    open(236, "GET /sandboxes" + HOST + FULL_HEAD);
    open(200, "GET /sandboxes HTTP/1.0\r\n" + FULL_HEAD);
    open(36, ("GET /sandboxes" + HOST + "\r\n").repeat(1_000));
    assertThat(code("/healthz")).isEqualTo(200);
    assertThat(code("/sandboxes")).isEqualTo(200);
    assertThat(monitor.err()).doesNotContain("OutOfMemoryError").doesNotContain("level=error");
    assertThat(monitor.peakResidentBytes()).isLessThan(IMAGE_BYTES);
  }
}

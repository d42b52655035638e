package io.katamonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standard error is a full pipe: the daemon continues, drops and counts lines, and ends. */
class UnreadLogTest {
  /** The pipe holds 600 lines of a sandbox, and the queue some 1,500. */
  private static final int SANDBOXES = 2_500;

  private static final Pattern DROPPED = Pattern.compile("level=warning .*lines=(\\d+) total=\\1");

  @TempDir Path directory;

  private Path socket() {
    return directory.resolve("m.sock");
  }

  private MonitorProcess start(Path... roots) throws IOException {
    var flags = new String[roots.length + 2];
    flags[0] = "-listen-address=unix:" + socket();
    flags[1] = "-log-level=debug";
    for (int i = 0; i < roots.length; i++) {
      flags[i + 2] = "-sandboxes-path=" + roots[i];
    }
    return MonitorProcess.startWithUnreadLog(directory, flags);
  }

  private String get(MonitorProcess monitor, String path) throws IOException, InterruptedException {
    try (var client = monitor.awaitConnection(socket())) {
      client.write(
          ByteBuffer.wrap(
              ("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
      return new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private void awaitListed(MonitorProcess monitor, int count) throws Exception {
    while (sandboxes(monitor) != count) {
      assertThat(monitor.isAlive()).isTrue();
    }
  }

  private long sandboxes(MonitorProcess monitor) throws Exception {
    String response = get(monitor, "/sandboxes");
    return response.substring(response.indexOf("\r\n\r\n") + 4).lines().count();
  }

  private Path sandboxes() throws IOException {
    var root = Files.createDirectory(directory.resolve("sbs"));
    for (int i = 0; i < SANDBOXES; i++) {
      Files.createDirectory(root.resolve("sandbox-" + i));
    }
    return root;
  }

  @Test
  void discoveryScrapesAndSigtermWorkIfTheLogIsNotRead() throws Exception {
    var root = sandboxes();
    try (var node = SimulatedNode.start()) {
      node.addSandbox().fault(new Fault.Status(500));
      try (var monitor = start(root, node.root(Layout.GO))) {
        awaitListed(monitor, SANDBOXES + 1);
        Files.move(root, directory.resolve("gone"));
        awaitListed(monitor, 1);
        assertThat(get(monitor, "/metrics")).startsWith("HTTP/1.1 200 OK");
        assertThat(get(monitor, "/healthz")).endsWith("ok\n");

        monitor.signal("TERM");
        assertThat(monitor.awaitExit()).isZero();
      }
    }
  }

  @Test
  void resumedReaderGetsTheNumberOfDroppedLines() throws Exception {
    try (var monitor = start(sandboxes())) {
      awaitListed(monitor, SANDBOXES);

      int added = 0;
      int lost = 0;
      var log = monitor.unread();
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        assertThat(line).startsWith("time=\"");
        if (line.contains("msg=\"sandbox added\"")) {
          added++;
        }
        var dropped = DROPPED.matcher(line);
        if (dropped.find()) {
          lost += Integer.parseInt(dropped.group(1));
        }
        // Reported more than once if the reader is slow. Requests are logged as well, at this
        // level.
        if (lost > 0 && added + lost >= SANDBOXES) {
          assertThat(added).isLessThan(SANDBOXES);
          return;
        }
      }
      throw new AssertionError("the log ended after " + added + " sandboxes");
    }
  }
}

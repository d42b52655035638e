package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code /proc} mounted with {@code subset=pid}, as hardened services have it: only processes are
 * there. In a user namespace of its own.
 */
@Tag("system")
class HiddenProcTest {
  @TempDir private Path folder;

  @Test
  void onlySeriesWithoutASourceAreOmitted() throws Exception {
    var socket = folder.resolve("m.sock");
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(3, Layout.GO);
      try (var monitor =
              MonitorProcess.startWithHiddenProc(
                  folder,
                  "-listen-address=unix:" + socket,
                  "-sandboxes-path=" + node.root(Layout.GO),
                  "-runtime-endpoint=" + node.cri().socket());
          var client = monitor.awaitConnection(socket)) {
        assertThat(client.getRemoteAddress()).isEqualTo(UnixDomainSocketAddress.of(socket));
        client.write(
            ByteBuffer.wrap("GET /metrics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        var response =
            new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(response).startsWith("HTTP/1.1 200");
        assertThat(response.lines().filter(line -> line.startsWith("kata_monitor_sandbox_up{")))
            .hasSize(3)
            .allMatch(line -> line.endsWith(" 1"));
        assertThat(response)
            .contains("\nkata_monitor_process_resident_memory_bytes ", "kata_shim_threads{")
            // It would be computed from the boot time, which is unknown.
            .doesNotContain("\nkata_monitor_process_start_time_seconds ");
        assertThat(monitor.err()).doesNotContain("level=error");
      }
    }
  }
}

package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.katamonitor.MonitorProcess;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.tls.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All threads start with the process: where the system has none left later, as in a control group
 * at its limit of processes, the virtual machine would end with an OutOfMemoryError.
 */
@Tag("system")
class NoMoreThreadsTest {
  @TempDir private Path folder;

  @Test
  void noThreadStartsAfterThePortIsOpen() throws Exception {
    TestCertificates.copyTo(folder);
    var tls = TestCertificates.trusting(folder.resolve("ca.crt"));
    var config = folder.resolve("web.yml");
    Files.writeString(
        config,
        """
        tls_server_config: {cert_file: server.crt, key_file: server.key}
        basic_auth_users: {prometheus: %s}
        """
            .formatted(BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, "pw".toCharArray())));
    try (var node = SimulatedNode.start()) {
      node.addSandbox(Layout.GO);
      node.addSandbox(Layout.RUNTIME_RS);
      try (var monitor =
          MonitorProcess.start(
              folder,
              "-listen-address=127.0.0.1:0",
              "-sandboxes-path=" + node.root(Layout.GO),
              "-sandboxes-path=" + node.root(Layout.RUNTIME_RS),
              "-runtime-endpoint=" + node.cri().socket(),
              "-cgroup-root=" + folder,
              "-web-config-file=" + config)) {
        int port = monitor.awaitPort();
        var atStart = monitor.threadIds();
        monitor.awaitLogged("CRI found");
        node.cri().stop();
        monitor.awaitLogged("CRI lost");
        for (int i = 0; i < 3; i++) {
          for (var path : new String[] {"/metrics", "/sandboxes", "/", "/readyz", "/no"}) {
            assertThat(get(tls, port, path)).startsWith("HTTP/1.1 ");
          }
        }
        assertThat(monitor.threadIds()).isSubsetOf(atStart);
      }
    }
  }

  private static String get(SSLContext tls, int port, String path) throws IOException {
    try (var client = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      // prometheus:pw
      String head =
          "GET "
              + path
              + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
              + "Authorization: Basic cHJvbWV0aGV1czpwdw==\r\n\r\n";
      client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}

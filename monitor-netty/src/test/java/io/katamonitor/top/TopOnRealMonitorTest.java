package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.katamonitor.MonitorProcess;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link Top} in a real terminal on the real monitor, each a process of its own. */
@Tag("system")
final class TopOnRealMonitorTest {
  private final SimulatedNode node = SimulatedNode.start();
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    node.close();
  }

  private MonitorProcess monitor(int port, String... flags) throws IOException {
    var all = new ArrayList<>(List.of(flags));
    all.add("-listen-address=127.0.0.1:" + port);
    all.add("-sandboxes-path=" + node.root(Layout.GO));
    all.add("-runtime-endpoint=" + node.cri().socket());
    return MonitorProcess.start(folder, all.toArray(String[]::new));
  }

  @Test
  void restartedMonitorIsShownAgain() throws Exception {
    node.addSandbox();
    var first = monitor(0);
    int port = first.awaitPort();
    try (var terminal = Tmux.open(folder, 100, 24)) {
      try (first) {
        terminal.run(new TopProgram(folder).command("--url=http://127.0.0.1:" + port));
        terminal.await(text -> text.contains("1 sandbox "));
      }
      terminal.await(text -> text.contains("! ") && text.contains("The table is from "));

      node.addSandbox();
      try (var second = monitor(port)) {
        assertThat(second.awaitPort()).isEqualTo(port);
        terminal.await(text -> text.contains("2 sandboxes ") && !text.contains("The table is"));
      }
    }
  }

  @Test
  void tlsAndAPasswordGiveAccess() throws Exception {
    var sandbox = node.addSandbox();
    TestCertificates.copyTo(folder);
    Files.writeString(
        folder.resolve("web.yml"),
        """
        tls_server_config:
          cert_file: server.crt
          key_file: server.key
        basic_auth_users:
          operator: %s
        """
            .formatted(BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(6, "pw".toCharArray())));
    Files.writeString(folder.resolve("password"), "pw\n");
    Files.writeString(folder.resolve("wrong"), "PW\n");
    try (var monitor = monitor(0, "-web-config-file=" + folder.resolve("web.yml"));
        var terminal = Tmux.open(folder, 100, 24)) {
      var url = "--url=https://localhost:" + monitor.awaitPort();
      var ca = "--ca-file=" + folder.resolve("ca.crt");
      var top = new TopProgram(folder);
      var password = "--password-file=" + folder.resolve("password");

      terminal.run(top.command(url, ca, "--user=operator", password));
      terminal.await(
          text -> text.contains(sandbox.identity().podName()) && text.contains("1 sandbox "));
      terminal.type("q");
      terminal.await(text -> text.strip().endsWith(Tmux.PROMPT));

      terminal.run(
          "clear; KATA_MONITOR_PASSWORD=pw "
              + top.command(url, ca, "--user=operator", "--json | wc -l; echo end"));
      terminal.await(text -> text.matches("(?s).*\n[1-9][0-9]*\nend\n.*"));

      var wrong = "--password-file=" + folder.resolve("wrong");
      terminal.run(
          "clear; " + top.command(url, ca, "--user=operator", wrong, "--once; echo end 2"));
      assertThat(terminal.await(text -> text.contains("\nend 2\n"))).contains("401");

      terminal.run("clear; " + top.command(url, "--user=operator", password, "--once; echo end 3"));
      assertThat(terminal.await(text -> text.contains("\nend 3\n"))).contains("TLS failed");
    }
  }
}

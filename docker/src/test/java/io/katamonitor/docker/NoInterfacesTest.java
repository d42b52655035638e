package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node, or a pod, without network interfaces: only the loopback device, which is down. */
final class NoInterfacesTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @Test
  void normalStartLogsNoWarning(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(2, Layout.GO);
      Process monitor =
          new ProcessBuilder(
                  "unshare",
                  "--user",
                  "--net",
                  "--map-root-user",
                  "target/kata-monitor/bin/kata-monitor",
                  "-listen-address=unix:" + folder.resolve("m.sock"),
                  "-runtime-endpoint=" + node.cri().socket(),
                  "-sandboxes-path=" + node.root(Layout.GO))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        Await.until("a call of the runtime", LONGEST, () -> node.cri().calls() > 0);
        Await.until("a start", LONGEST, () -> Files.readString(log).contains("msg=listening"));
      } finally {
        monitor.destroy();
        assertThat(monitor.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
    }

    assertThat(Files.readAllLines(log))
        .hasSizeGreaterThan(4)
        .allMatch(line -> line.startsWith("time=\""))
        .allMatch(line -> line.contains(" level=info "));
  }
}

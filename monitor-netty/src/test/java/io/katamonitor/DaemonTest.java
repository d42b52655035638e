package io.katamonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.guard.Await;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonTest {
  @Test
  void startedDaemonIsAliveAndReady() throws Exception {
    try (var daemon = RunningDaemon.start()) {
      assertThat(daemon.get("/healthz").body()).isEqualTo("ok\n");
      assertThat(daemon.get("/livez").statusCode()).isEqualTo(200);
      assertThat(daemon.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(daemon.get("/readyz?verbose").body())
          .contains("[+]listeners ok\n")
          .endsWith("readyz check passed\n");
    }
  }

  @Test
  void unreadableStorageRootIsNotReady(@TempDir Path temp) throws Exception {
    var root = temp.resolve("kata");
    try (var daemon =
        RunningDaemon.start("-sandboxes-path=" + root, "-sandboxes-path=" + temp.resolve("sbs"))) {
      assertThat(daemon.get("/readyz").statusCode()).as("absent").isEqualTo(200);
      Files.writeString(root, "");
      awaitReadiness(daemon, 503);
      assertThat(daemon.get("/readyz?verbose").body())
          .contains("[-]storage-root " + root + ": not a directory\n")
          .contains("[+]storage-root " + temp.resolve("sbs") + " ok\n")
          .endsWith("readyz check failed\n");
      Files.delete(root);
      Files.createDirectory(root);
      awaitReadiness(daemon, 200);
    }
  }

  private static void awaitReadiness(RunningDaemon daemon, int status) throws Exception {
    Await.until("status " + status, () -> daemon.get("/readyz").statusCode() == status);
  }

  @Test
  void podsAreKnownSoonAfterTheStart() throws Exception {
    try (var node = SimulatedNode.start()) {
      var sandbox = node.addSandbox();
      try (var daemon =
          RunningDaemon.start(
              "-sandboxes-path=" + node.root(Layout.GO),
              "-runtime-endpoint=" + node.directory().resolve("cri.sock"))) {
        var name = "\"name\":\"" + sandbox.identity().podName() + "\"";
        Await.until(
            name,
            () -> daemon.get("/sandboxes", "Accept", "application/json").body().contains(name));
      }
    }
  }

  @Test
  void addressInUseFailsTheStartAndLeavesNothingRunning() throws Exception {
    try (var daemon = RunningDaemon.start()) {
      String taken = "127.0.0.1:" + daemon.port();
      assertThatThrownBy(() -> Daemon.start(RunningDaemon.configuration("-listen-address", taken)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(taken)
          .hasMessageContaining("already in use");
    }
    // The loop's thread ends a moment after its shutdown is reported.
    for (var thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("event-loop") || thread.getName().startsWith("discovery")) {
        thread.join(Duration.ofSeconds(30));
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }
}

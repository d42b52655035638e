package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.server.RawClient;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets and files that the monitor has no permission for, as the kernel refuses them. */
@Tag("system")
class DeniedTest {
  private final SimulatedNode node = SimulatedNode.start();
  @TempDir private Path folder;

  @AfterEach
  void stop() {
    node.close();
  }

  private MonitorProcess monitor() throws IOException {
    return MonitorProcess.startWithoutCapabilities(
        folder,
        "-listen-address=127.0.0.1:0",
        "-sandboxes-path=" + node.root(Layout.GO),
        "-sandboxes-path=" + node.root(Layout.RUNTIME_RS),
        "-runtime-endpoint=" + node.cri().socket());
  }

  private static void deny(Path file) throws IOException {
    permit(file, "---------");
  }

  private static void permit(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static Scrapes.Scrape scrape(RawClient client) throws IOException {
    var reply = client.get("/metrics").reply();
    assertThat(reply.code()).isEqualTo(200);
    return new Scrapes.Scrape(reply.text().lines().toList());
  }

  @Test
  void socketWithoutPermissionIsDeniedAndNotRefused() throws Exception {
    var denied = node.addSandbox();
    var good = node.addSandbox();
    deny(denied.socket());
    try (var monitor = monitor();
        var client = new RawClient(monitor.awaitPort())) {
      var scrape = scrape(client);

      assertThat(scrape.failures(denied.id())).containsExactly("denied");
      assertThat(scrape.value("kata_monitor_sandbox_up", denied.id())).isEqualTo("0");
      assertThat(scrape.samples(good.id())).isEqualTo(Scrapes.SAMPLES);
      assertThat(denied.requests()).isZero();
      assertThat(client.get("/metrics?sandbox=" + denied.id()).reply().code()).isGreaterThan(499);
      assertThat(monitor.err().lines().filter(line -> line.contains(denied.id())))
          .anyMatch(line -> line.contains("reason=denied") && line.contains("ermission denied"));
    }
  }

  @Test
  void unreadableStateFileDoesNotAllowAScrape() throws Exception {
    var denied = node.addSandbox(Layout.RUNTIME_RS);
    var good = node.addSandbox(Layout.RUNTIME_RS);
    deny(denied.directory().resolve("state.json"));
    try (var monitor = monitor();
        var client = new RawClient(monitor.awaitPort())) {
      var scrape = scrape(client);

      assertThat(scrape.failures(denied.id())).isEmpty();
      assertThat(scrape.value("kata_monitor_sandbox_up", denied.id())).isEmpty();
      assertThat(scrape.samples(good.id())).isPositive();
      for (var path : List.of("/metrics?sandbox=", "/metrics?labels=true&sandbox=")) {
        assertThat(client.get(path + denied.id()).reply().code()).isIn(200, 503);
      }
      assertThat(denied.scrapes()).isZero();
    }
  }

  /** Its content is for labels only; its existence shows that the shim is one of the Go runtime. */
  @Test
  void goShimWithUnreadablePersistFileIsScraped() throws Exception {
    var denied = node.addSandbox();
    deny(denied.directory().resolve("persist.json"));
    try (var monitor = monitor();
        var client = new RawClient(monitor.awaitPort())) {
      assertThat(scrape(client).samples(denied.id())).isEqualTo(Scrapes.SAMPLES);
    }
  }

  /** A directory that is young may be a sandbox that is booting. */
  @Test
  void inaccessibleDirectoryDoesNotAffectOtherSandboxes() throws Exception {
    var denied = node.addSandbox();
    var good = node.addSandbox();
    deny(denied.directory());
    try (var monitor = monitor();
        var client = new RawClient(monitor.awaitPort())) {
      var scrape = scrape(client);

      assertThat(scrape.samples(good.id())).isEqualTo(Scrapes.SAMPLES);
      assertThat(scrape.samples(denied.id())).isZero();
      assertThat(denied.requests()).isZero();
    } finally {
      permit(denied.directory(), "rwx------"); // To be deleted.
    }
  }
}

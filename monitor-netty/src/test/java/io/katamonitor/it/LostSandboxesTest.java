package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A simulated node on which a sandbox is lost for each reason, and others are deleted normally. */
@Tag("system")
class LostSandboxesTest {
  private static final String OWN = "/metrics?filter_family=kata_pod_host,kata_monitor_sandboxes";

  /** A check every 30 s, 10 s until a listing confirms, and a reserve for a busy machine. */
  private static final int LOST_SECONDS = 60;

  private final SimulatedNode node = SimulatedNode.start();

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  @Timeout(2 * LOST_SECONDS)
  void eachReasonCountsOneAndNormalDeletionsCountNone() throws Exception {
    var shimGone = node.addSandbox(Layout.RUNTIME_RS).hypervisor("qemu");
    var directoryGone = node.addSandbox();
    var replaced = node.addSandbox();
    var deleted = node.addSandboxes(20, Layout.GO);
    try (var scrapes = new Scrapes(node)) {
      Await.until(
          "every sandbox was checked",
          Duration.ofSeconds(5),
          () -> {
            var body = scrapes.get(OWN);
            return body.contains("kata_monitor_sandboxes{state=\"running\"} 22\n")
                && body.contains("kata_monitor_sandboxes{state=\"not_scraped\"} 1\n");
          });

      shimGone.kill();
      Files.move(directoryGone.directory(), node.directory().resolve("gone"));
      replaced.crash();
      deleted.forEach(SimulatedSandbox::remove);

      Await.until(
          "one is lost for each reason",
          Duration.ofSeconds(LOST_SECONDS),
          () -> {
            var body = scrapes.get(OWN);
            return body.contains("kata_monitor_sandboxes_lost_total{reason=\"shim_gone\"} 1\n")
                && body.contains("kata_monitor_sandboxes_lost_total{reason=\"replaced\"} 1\n")
                && body.contains(
                    "kata_monitor_sandboxes_lost_total{reason=\"directory_gone\"} 1\n");
          });
      assertThat(shimGone.requests()).as("it was connected to, and not scraped").isZero();
      assertThat(scrapes.get(OWN))
          .contains("kata_monitor_sandboxes_added_total 24\n")
          .contains("kata_monitor_sandboxes_removed_total 22\n");
    }
  }
}

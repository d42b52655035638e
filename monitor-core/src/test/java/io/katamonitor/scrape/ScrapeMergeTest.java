package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.CapturedLog;
import io.katamonitor.log.Level;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScrapeMergeTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b1", "c1");

  private ScrapeHarness.Client scrape() {
    var client = node.scrape();
    node.shims.last("a1").respond("# TYPE kata_a gauge\nkata_a 1\n");
    node.shims.last("b1").respond("# TYPE kata_a counter\nkata_a 2\n");
    node.shims.last("c1").respond("# TYPE kata_a gauge\nkata_a 3\n");
    return client;
  }

  @Test
  void conflictsAreCountedForEachFanoutAndLoggedOncePerSandbox() {
    try (var log = CapturedLog.from(Level.WARN)) {
      for (int i = 1; i <= 2; i++) {
        var client = scrape();
        assertThat(client.lines()).hasSize(3);
        client.scrape().release();
        assertThat(node.observer.conflicts).isEqualTo(i);
        node.time.pass(Duration.ofSeconds(2));
      }
      assertThat(log.lines()).singleElement().asString().contains("b1", "kata_a", "COUNTER");
    }
  }

  @Test
  void dropsOfAFanoutAreCountedOnceForAllClients() throws Exception {
    var client = scrape();
    var again = node.scrape();
    node.time.run();
    assertThat(again.lines()).isEqualTo(client.lines());
    assertThat(node.observer.conflicts).isEqualTo(1);
    again.scrape().release();
    client.scrape().release();
    assertThat(node.store.bytesInUse()).isZero();
  }
}

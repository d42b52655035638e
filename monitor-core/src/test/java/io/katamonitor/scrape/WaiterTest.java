package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaiterTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b1");

  @Test
  void getsAllResultsOnceAllAreSettled() {
    var client = node.scrape();
    node.shims.last("a1").respond();
    assertThat(client.isDone()).isFalse();
    node.shims.last("b1").respond();
    assertThat(client.isDone()).isTrue();
    assertThat(client.lines()).hasSize(2);
  }

  @Test
  void getsTheResultsSoFarAtItsDeadlineAndNothingLater() {
    var client = node.scrape(Duration.ofMillis(500));
    node.shims.last("a1").respond();
    node.time.pass(Duration.ofMillis(500));
    assertThat(client.lines()).hasSize(1);
    node.shims.last("b1").respond();
    assertThat(client.lines()).hasSize(1);
    client.waiter().cancel(); // No effect.
  }

  @Test
  void isNotCalledAfterACancel() {
    var client = node.scrape();
    client.waiter().cancel();
    client.waiter().cancel();
    node.time.pass(ScrapeHarness.CLIENT_TIMEOUT);
    assertThat(client.isDone()).isFalse();
    assertThat(node.observer.finished).containsExactly(false);
  }
}

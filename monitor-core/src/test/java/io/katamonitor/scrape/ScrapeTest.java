package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.ShimClient.ConnectFailure;
import org.junit.jupiter.api.Test;

class ScrapeTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b1");
  private final ScrapeHarness.Client client = node.scrape();

  @Test
  void hasTheOutcomeOfTheFirstSandboxWithoutSamples() {
    node.shims.last("a1").respond();
    node.shims.last("b1").fail(ConnectFailure.DENIED);
    assertThat(client.reason()).isEqualTo("denied");
    assertThat(client.scrape().hasVanishedSandbox()).isFalse();
    client.scrape().release();
    assertThat(node.observer.finished).containsExactly(true);
  }

  @Test
  void withAllSamplesThereIsNoReason() {
    node.shims.last("a1").respond();
    node.shims.last("b1").respond();
    assertThat(client.scrape().firstWithoutSamples()).isNull();
    client.scrape().release();
    assertThat(node.observer.finished).as("once, though it was merged too").containsExactly(false);
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void vanishedSandboxIsReported() {
    node.registry.removed(ScrapeHarness.sandbox("b1").id());
    node.time.run();
    node.shims.last("a1").respond();
    assertThat(client.scrape().hasVanishedSandbox()).isTrue();
    client.scrape().release();
    assertThat(node.observer.finished).as("no failure").containsExactly(false);
  }
}

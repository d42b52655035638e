package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Results of a request that several subscribers share. */
class SharedResultTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1");

  @Test
  void sharedResultIsCountedOnce() {
    node.scrape();
    node.scrapeOne("a1");
    node.shims.last("a1").respond();
    assertThat(node.shims.attempts).hasSize(1);
    assertThat(node.observer.outcomes).containsExactly("a1: success");
  }

  @Test
  void resultThatOnlyRawClientsWaitForIsNotCounted() {
    node.raw("a1");
    node.shims.last("a1").respond();
    assertThat(node.observer.outcomes).isEmpty();
    node.time.run();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void missedDeadlinesOfSeveralClientsAreOneFailure() {
    node.scrape(Duration.ofMillis(100));
    node.scrapeOne("a1", Duration.ofMillis(200));
    node.scrape();
    node.time.pass(ScrapeHarness.TIMEOUT);
    assertThat(node.observer.outcomes).containsExactly("a1: timeout");
  }

  @Test
  void samplesAreReleasedWithTheLastFanout() {
    var all = node.scrape();
    var one = node.scrapeOne("a1");
    node.shims.last("a1").respond();
    all.scrape().release();
    assertThat(node.store.bytesInUse()).isPositive();
    one.scrape().release();
    assertThat(node.store.bytesInUse()).isZero();
  }
}

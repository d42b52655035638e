package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.HostUsageReading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How a scrape waits for the reading of the host's cgroups. */
class HostUsageScrapeTest {
  private static final FamilyPrefixes OWN =
      FamilyPrefixes.parse(List.of("kata_pod_host,kata_monitor"));

  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b2");
  private final List<Consumer<HostUsageReading>> readings = new ArrayList<>();

  HostUsageScrapeTest() {
    node.usage = readings::add;
  }

  @Test
  void readingStartsWithTheScrapeAndBothAreAwaited() {
    var client = node.scrape();
    assertThat(readings).hasSize(1);
    node.shims.attempts.forEach(FakeShims.Attempt::respond);
    node.time.run();
    assertThat(client.isDone()).isFalse();

    readings.getFirst().accept(HostUsageReading.NONE);
    assertThat(client.lines()).hasSize(2);
    assertThat(node.observer.finished).containsExactly(false);
  }

  @Test
  void readingAloneDoesNotEndAScrape() {
    var client = node.scrape();
    readings.getFirst().accept(HostUsageReading.NONE);
    node.shims.last("a1").respond();
    node.time.run();
    assertThat(client.isDone()).isFalse();

    node.shims.last("b2").respond();
    assertThat(client.lines()).hasSize(2);
  }

  @Test
  void clientGetsAResponseWithoutTheReadingAtItsDeadline() {
    var client = node.scrape(Duration.ofMillis(500));
    node.shims.attempts.forEach(FakeShims.Attempt::respond);
    node.time.pass(Duration.ofMillis(500));

    assertThat(client.lines()).hasSize(2);
    assertThat(node.observer.outcomes).containsExactly("a1: success", "b2: success");
    assertThat(node.observer.finished).containsExactly(false);
    readings.getFirst().accept(HostUsageReading.NONE);
    client.scrape().release();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void scrapeOfOwnFamiliesRequestsNoShim() {
    var client = node.scrape(ScrapeHarness.CLIENT_TIMEOUT, OWN);
    assertThat(node.checks).isEmpty();
    assertThat(client.isDone()).isFalse();

    readings.getFirst().accept(HostUsageReading.NONE);
    assertThat(client.isDone()).isTrue();
    assertThat(client.scrape().firstWithoutSamples()).isNull();
    assertThat(node.shims.attempts).isEmpty();
    assertThat(node.observer.outcomes).isEmpty();
    assertThat(node.observer.finished).containsExactly(false);
  }

  @Test
  void scrapeOfShimsDoesNotJoinOneWithoutThem() {
    node.scrape(ScrapeHarness.CLIENT_TIMEOUT, OWN);
    var client = node.scrape();
    node.shims.attempts.forEach(FakeShims.Attempt::respond);
    readings.forEach(reading -> reading.accept(HostUsageReading.NONE));

    assertThat(readings).hasSize(2);
    assertThat(client.lines()).hasSize(2);
  }
}

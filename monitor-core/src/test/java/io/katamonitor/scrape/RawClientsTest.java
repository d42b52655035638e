package io.katamonitor.scrape;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Clients of unchanged bodies beside scrapes, on a manual clock. */
class RawClientsTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b2");

  @Test
  void oneRequestServesScrapesAndRawClientsAlike() {
    var raw = node.raw("a1");
    node.time.pass(ofMillis(900));
    var scrape = node.scrapeOne("a1");
    var other = node.raw("a1");
    node.shims.last("a1").respond();
    node.time.run();

    assertThat(node.shims.attempts).hasSize(1);
    assertThat(raw.text()).isEqualTo(FakeShims.BODY);
    assertThat(other.text()).isEqualTo(FakeShims.BODY);
    assertThat(scrape.has("a1")).isTrue();
  }

  @Test
  void rawClientDoesNotShareABodyThatIsPartlyConsumed() {
    node.scrapeOne("a1");
    node.shims.last("a1").connect().send("kata_a 1\n");
    var raw = node.raw("a1");
    node.shims.last("a1").send("kata_b 1\n").end();
    node.shims.last("a1").respond("kata_c 1\n");
    node.time.run();
    assertThat(raw.text()).isEqualTo("kata_c 1\n");
    assertThat(node.shims.attempts).hasSize(2);
  }

  @Test
  void rawBodyNeedNotBeValidMetrics() {
    var raw = node.raw("a1");
    var scrape = node.scrapeOne("a1");
    node.shims.last("a1").respond("no metrics {\n at all\n");
    node.time.run();
    assertThat(raw.text()).isEqualTo("no metrics {\n at all\n");
    assertThat(scrape.reason()).isEqualTo("malformed");
    assertThat(node.observer.outcomes).containsExactly("a1: malformed");
  }

  /** One of them does not read: it keeps its body, and nothing else. */
  @Test
  void fortyRawClientsInALoopDoNotAffectAScrape() {
    var unread = node.raw("a1");
    var clients = new ArrayList<ScrapeHarness.RawClient>();
    for (int i = 0; i < 39; i++) {
      clients.add(node.raw("a1"));
    }
    for (int turn = 0; turn < 200; turn++) {
      boolean isScraped = turn % 20 == 7;
      var scrape = isScraped ? node.scrapeOne("a1", ofSeconds(2)) : null;
      assertThat(node.shims.open()).isEqualTo(1);
      node.time.pass(ofMillis(300));
      node.shims.last("a1").respond();
      node.time.run();
      if (scrape != null && !scrape.isDone()) {
        node.shims.last("a1").respond();
        node.time.run();
      }
      assertThat(scrape == null || scrape.has("a1")).isTrue();
      for (int i = 0; i < clients.size(); i++) {
        var client = clients.get(i);
        if (client.hasBody()) {
          client.body().release();
          clients.set(i, node.raw("a1"));
        }
      }
    }
    assertThat(unread.text()).isEqualTo(FakeShims.BODY);
  }
}

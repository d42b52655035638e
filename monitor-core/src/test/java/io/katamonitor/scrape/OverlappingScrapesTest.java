package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A node on which each scrape starts before the one before has ended. */
class OverlappingScrapesTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "guest", "slow");

  /** 2,000 series in 20 families that no body had before. */
  private static String newSeries(int scrape) {
    var text = new StringBuilder();
    for (int family = 0; family < 20; family++) {
      var name = "kata_" + scrape + "_" + family;
      text.append("# TYPE ").append(name).append(" gauge\n");
      for (int i = 0; i < 100; i++) {
        text.append(name).append("{i=\"").append(i).append("\"} 1\n");
      }
    }
    return text.toString();
  }

  @Test
  void seriesThatAreSentOnceDoNotFillTheTemplatesForever() {
    var templates = node.service.budget().templates();
    long used = 0;
    int releases = 0;
    ScrapeHarness.Client earlier = null;
    for (int scrape = 0; scrape < 40; scrape++) {
      var client = node.scrape();
      node.shims.last("guest").respond(newSeries(scrape));
      if (earlier != null) {
        node.shims.last("slow").respond();
        assertThat(earlier.isDone()).isTrue();
        earlier.scrape().release();
      }
      assertThat(client.isDone()).isFalse();
      node.time.pass(Duration.ofMillis(1100));
      releases += templates.usedBytes() < used ? 1 : 0;
      used = templates.usedBytes();
      earlier = client;
    }
    assertThat(releases).isPositive();
    assertThat(used).isLessThan(templates.maxBytes() / 2);
  }
}

package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScrapeMemoryTest {
  private static final Duration LONG = Duration.ofSeconds(9);

  /** 8 MiB of pages: a dozen bodies of 900 KB do not fit. */
  @Test
  void theLargestResponseIsRejectedAndTheOthersAreKept() {
    var ids = new String[14];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "a" + i;
    }
    var node = new ScrapeHarness(64, ids);
    var client = node.scrape(LONG);
    node.shims.last("a0").respond();
    for (int i = 1; i < ids.length; i++) {
      var large = new StringBuilder();
      for (int line = 0; line < 4_000; line++) {
        large.append("kata_").append(i).append("{n=\"").append(line).append("\",x=\"");
        large.append("y".repeat(200)).append("\"} 1\n");
      }
      node.shims.last("a" + i).respond(large.toString());
    }
    assertThat(client.has("a0")).isTrue();
    assertThat(node.observer.outcomes)
        .contains("a0: success")
        .anyMatch(o -> o.endsWith(": memory"));
    client.scrape().release();
    node.time.pass(Duration.ofSeconds(71));
    assertThat(node.store.bytesInUse()).isZero();
  }
}

package io.katamonitor.scrape;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.template.TemplateHints;
import org.junit.jupiter.api.Test;

class ShimScrapeTest {
  private final ScrapeHarness.DirectSlabs slabs = new ScrapeHarness.DirectSlabs();
  private final PageStore store = new PageStore(slabs, 1);
  private final MemoryBudget budget = new MemoryBudget(128 << 20, 32 << 20);
  private final ScrapeMemory memory =
      new ScrapeMemory(store, slabs, new KataNames(false, name -> true), budget);
  private final ShimScrape scrape = new ShimScrape(memory, new TemplateHints(), 3);

  private void send(String text) {
    send(scrape, text);
  }

  private static void send(ShimScrape scrape, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    int at = scrape.begin(bytes.length);
    System.arraycopy(bytes, 0, scrape.text(), at, bytes.length);
    scrape.advance(at + bytes.length);
  }

  @Test
  void wholeBodyIsAccepted() {
    send("kata_a 1\nkata_b");
    send(" 2\n");
    scrape.complete();
    assertThat(scrape.rejectedFor()).isNull();
    assertThat(scrape.body()).isNotNull().returns(2, body -> body.counts().samples());
    scrape.release();
    assertThat(store.bytesInUse()).isZero();
  }

  @Test
  void malformedBodyIsRejectedAndHoldsNoMemory() {
    send("kata_a 1\nkata_b {\n");
    assertThat(scrape.rejectedFor()).isEqualTo(FailureReason.MALFORMED);
    assertThat(scrape.detail()).isNotEmpty();
    assertThat(scrape.bytesHeld()).isZero();
    assertThat(store.bytesInUse()).isZero();
  }

  @Test
  void bodyThatEndsWithinALineIsMalformed() {
    send("kata_a 1\nkata_b 2");
    scrape.complete();
    assertThat(scrape.rejectedFor()).isEqualTo(FailureReason.MALFORMED);
    assertThat(scrape.body()).isNull();
  }

  @Test
  void oneSampleTooManyRejectsIt() {
    send("kata_a 1\nkata_a 2\nkata_a 3\nkata_a 4\n");
    scrape.complete();
    assertThat(scrape.rejectedFor()).isEqualTo(FailureReason.TOO_MANY_SAMPLES);
    assertThat(scrape.detail()).contains("more than 3 samples", "max-shim-samples");
    assertThat(store.bytesInUse()).isZero();
  }

  @Test
  void bodyWithoutMemoryIsRejectedForThatReason() {
    var scrape = new ShimScrape(memory, new TemplateHints(), 5000);
    for (int i = 0; i < 4000 && scrape.rejectedFor() == null; i++) {
      send(scrape, "kata_a{n=\"" + i + "x".repeat(500) + "\"} 1\n");
    }
    assertThat(scrape.rejectedFor()).isEqualTo(FailureReason.MEMORY);
    assertThat(store.bytesInUse()).isZero();
  }
}

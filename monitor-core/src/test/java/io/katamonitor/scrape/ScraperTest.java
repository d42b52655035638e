package io.katamonitor.scrape;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyRule;
import io.katamonitor.exposition.PageStore;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who joins whom; the shims answer when the test says so. */
class ScraperTest {
  private static final byte[] BODY = "kata_a 1\n".getBytes(US_ASCII);

  private final List<ShimAnswer> asked = new ArrayList<>();
  private final Scraper scraper = scraper();
  private final Fanout.Waiter first = () -> {};
  private final Fanout.Waiter second = () -> {};

  private Scraper scraper() {
    var registry = new SandboxRegistry();
    for (var id : List.of("a1", "b2")) {
      registry.add(
          new Sandbox(
              new SandboxId(id), ShimRuntime.GO, Path.of("/nonexistent"), null, Pod.UNKNOWN));
    }
    return new Scraper(
        registry,
        (sandbox, limit, answer) -> {
          asked.add(answer);
          return () -> {};
        },
        new Scraper.Limits(64, Long.MAX_VALUE, 1 << 20),
        AskRule.ALL,
        FamilyRule.KATA,
        new FloodedNode.NoSeries(),
        new PageStore(new FloodedNode.DirectSlabs(), 1 << 20));
  }

  private static void answer(ShimAnswer answer) {
    int at = answer.begin(BODY.length);
    System.arraycopy(BODY, 0, answer.text(), at, BODY.length);
    answer.advance(at + BODY.length, BODY.length);
    answer.complete();
  }

  @Test
  void aScrapeJoinsOneWhoseShimsAreStillAsked() {
    var fanout = scraper.scrape(first);

    assertThat(scraper.scrape(second)).isSameAs(fanout);
    assertThat(asked).hasSize(2);
  }

  @Test
  void aScrapeJoinsOneWhoseAnswerIsStillBeingSent() {
    var fanout = scraper.scrape(first);
    asked.forEach(ScraperTest::answer);
    fanout.leave(first, false);

    var joined = scraper.scrape(second);

    assertThat(joined).isSameAs(fanout);
    joined.leave(second, false);
    fanout.release();
    assertThat(joined.answers()).allMatch(answer -> answer.body() != null);
    joined.release();
    assertThat(asked).hasSize(2);
  }

  @Test
  void aScrapeDoesNotJoinOneThatHasBeenAnswered() {
    var fanout = scraper.scrape(first);
    asked.forEach(ScraperTest::answer);
    fanout.leave(first, false);
    fanout.release();

    assertThat(scraper.scrape(second)).isNotSameAs(fanout);
    assertThat(asked).hasSize(4);
  }

  /** Its scraper had less time than the next one has. */
  @Test
  void aScrapeDoesNotJoinOneThatWasCutShort() {
    var fanout = scraper.scrape(first);
    answer(asked.getFirst());
    fanout.leave(first, true);

    var next = scraper.scrape(second);

    assertThat(next).isNotSameAs(fanout);
    assertThat(asked).hasSize(4);
  }
}

package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A minute of clients whose deadlines no shim can keep, beside an honest one. */
class ImpatientClientsTest {
  private static final Duration STEP = Duration.ofMillis(50);

  private final ScrapeHarness node = new ScrapeHarness(64, "a1");

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 49, Long.MAX_VALUE / 1_000_000 / 2})
  void impatientClientsCauseNoLossOfSamplesAndNoSecondRequest(long announcedMillis) {
    var honest = new ArrayList<ScrapeHarness.Client>();
    for (int step = 0; step < Duration.ofMinutes(1).dividedBy(STEP); step++) {
      var impatient = node.scrape(Duration.ofMillis(announcedMillis));
      if (step % 100 == 0) {
        honest.add(node.scrape(Duration.ofSeconds(10)));
      }
      if (step % 3 == 0) {
        impatient.waiter().cancel();
      }
      assertThat(node.shims.open()).isLessThanOrEqualTo(1);
      node.time.pass(STEP);
      open().forEach(attempt -> attempt.connect().send(FakeShims.BODY).end());
      if (impatient.isDone()) {
        impatient.scrape().release();
      }
    }
    node.time.pass(STEP);

    assertThat(honest).hasSize(12).allMatch(client -> client.has("a1"));
    assertThat(node.observer.outcomes).doesNotContain("a1: backoff");
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.RUNNING);
  }

  /** Requests sent in the previous step. */
  private List<FakeShims.Attempt> open() {
    return node.shims.attempts.stream().filter(attempt -> !attempt.closed).toList();
  }
}

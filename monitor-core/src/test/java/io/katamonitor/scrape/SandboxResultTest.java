package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import org.junit.jupiter.api.Test;

class SandboxResultTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1");
  private final ShimGate gate = new ShimGate(node.context(64));
  private final Fanout fanout = new Fanout(null, true, 0);
  private final SandboxResult result = new SandboxResult(ScrapeHarness.sandbox("a1"), gate, fanout);

  @Test
  void hasTheSamplesUntilTheyAreReleased() {
    result.start(node.observer);
    assertThat(result.isSettled()).isFalse();
    assertThat(RecordingObserver.word(result.outcomeNow())).isEqualTo("timeout");
    node.shims.last("a1").respond();
    assertThat(result.isSettled()).isTrue();
    assertThat(result.body()).isNotNull();
    result.release();
    assertThat(result.body()).isNull();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void sandboxThatIsNotScrapedIsSettledAtOnce() {
    node.decisions.put("a1", Decision.NOT_SCRAPED);
    result.start(node.observer);
    assertThat(RecordingObserver.word(result.outcome())).isEqualTo("not_scraped");
    assertThat(node.observer.outcomes).containsExactly("a1: not_scraped");
  }

  @Test
  void abandonedResultHasFailedAndIsUnsubscribed() {
    result.start(node.observer);
    result.cutOff();
    result.abandon();
    assertThat(RecordingObserver.word(result.outcome())).isEqualTo("timeout");
    assertThat(node.observer.outcomes).containsExactly("a1: timeout");
    assertThat(node.shims.last("a1").closed).as("nothing was sent").isTrue();
  }

  @Test
  void withoutMemoryForTheMergeItsSamplesAreLeftOut() {
    result.start(node.observer);
    node.shims.last("a1").respond();
    var failure = result.rejectForMemory("no memory for the merge");
    assertThat(RecordingObserver.word(failure)).isEqualTo("memory");
    assertThat(result.outcome()).isSameAs(failure);
    assertThat(result.body()).isNull();
    assertThat(node.store.bytesInUse()).isZero();
  }
}

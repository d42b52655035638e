package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One sandbox's gate, seen by its scrapes. */
class ShimGateTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1");
  private final ShimGate gate = new ShimGate(node.context(64));
  private final Fanout fanout = new Fanout(null, true, node.time.nanoTime());

  private SandboxResult subscribe() {
    var result = new SandboxResult(ScrapeHarness.sandbox("a1"), gate, fanout);
    gate.subscribe(ScrapeHarness.sandbox("a1"), result);
    return result;
  }

  @Test
  void scrapesWithinASecondShareARequestAndLaterOnesShareTheNext() {
    subscribe();
    node.shims.last("a1").connect();
    node.time.pass(Duration.ofNanos(MetricsRequest.SHARE_NANOS));
    subscribe();
    node.time.pass(Duration.ofNanos(1));
    var third = subscribe();
    var fourth = subscribe();
    assertThat(node.shims.attempts).hasSize(1);

    node.shims.last("a1").send(FakeShims.BODY).end();
    assertThat(node.shims.attempts).hasSize(2);
    node.shims.last("a1").respond();
    assertThat(third.outcome()).isInstanceOf(ScrapeOutcome.Success.class);
    assertThat(fourth.outcome()).isEqualTo(third.outcome());
    assertThat(node.shims.attempts).hasSize(2);
  }

  @Test
  void overdueRequestFailsNewAndWaitingScrapes() {
    subscribe();
    node.shims.last("a1").connect();
    node.time.pass(Duration.ofSeconds(2));
    var waiting = subscribe();
    assertThat(gate.outcomeWithoutRequest()).isNull();
    node.time.pass(Duration.ofSeconds(1));

    assertThat(RecordingObserver.word(waiting.outcome())).isEqualTo("timeout");
    assertThat(RecordingObserver.word(gate.outcomeWithoutRequest())).isEqualTo("timeout");
    assertThat(gate.status().state()).isEqualTo(SandboxState.FAILING);
  }

  @Test
  void stuckRequestIsTheLastUntilTheSandboxIsReplaced() {
    subscribe();
    node.shims.last("a1").connect().send("kata_a 1\n");
    node.time.pass(Duration.ofNanos(MetricsRequest.HOLD_NANOS));
    assertThat(RecordingObserver.word(gate.outcomeWithoutRequest())).isEqualTo("stuck");
    assertThat(gate.status().state()).isEqualTo(SandboxState.STUCK);
    node.time.pass(Duration.ofHours(24));
    assertThat(RecordingObserver.word(gate.outcomeWithoutRequest())).isEqualTo("stuck");

    gate.vanished();
    assertThat(gate.outcomeWithoutRequest()).isNull();
  }

  @Test
  void replacedSandboxEndsTheRequestThatIsOpenAndTheOneThatWaits() {
    var open = subscribe();
    var shim = node.shims.last("a1").connect();
    node.time.pass(Duration.ofSeconds(2));
    var waiting = subscribe();

    gate.vanished();

    assertThat(RecordingObserver.word(open.outcome())).isEqualTo("vanished");
    assertThat(RecordingObserver.word(waiting.outcome())).isEqualTo("vanished");
    assertThat(shim.closed).isTrue();
  }

  @Test
  void threeTimeoutsInARowAreBackoff() {
    for (int i = 0; i < 3; i++) {
      assertThat(gate.outcomeWithoutRequest()).isNull();
      subscribe();
      node.shims.last("a1").connect();
      node.time.pass(ScrapeHarness.TIMEOUT);
      node.shims.last("a1").end();
    }
    assertThat(RecordingObserver.word(gate.outcomeWithoutRequest())).isEqualTo("backoff");
    assertThat(gate.status().state()).isEqualTo(SandboxState.BACKOFF);
    node.time.pass(Duration.ofMinutes(1));
    assertThat(gate.outcomeWithoutRequest()).isNull();
  }

  @Test
  void labelsAreEncodedAgainOnlyForAnotherPod() {
    var labels = gate.labels(ScrapeHarness.sandbox("a1"));
    assertThat(gate.labels(ScrapeHarness.sandbox("a1"))).isSameAs(labels);
    assertThat(gate.markConflictLogged()).isTrue();
    assertThat(gate.markConflictLogged()).isFalse();
  }

  @Test
  void rawClientGetsTheSameRequest() {
    var scrape = node.scrape();
    var raw = node.raw("a1");
    node.shims.last("a1").respond();
    node.time.run();
    assertThat(node.shims.attempts).hasSize(1);
    assertThat(scrape.has("a1")).isTrue();
    assertThat(raw.text()).isEqualTo(FakeShims.BODY);
  }
}

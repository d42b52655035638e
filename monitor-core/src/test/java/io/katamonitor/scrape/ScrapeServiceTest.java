package io.katamonitor.scrape;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients, fan-outs and shims on a manual clock. */
class ScrapeServiceTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b2");

  @Test
  void scrapeHasTheSamplesOfAllSandboxes() {
    var client = node.scrape();
    node.shims.last("a1").respond();
    assertThat(client.isDone()).isFalse();
    node.shims.last("b2").respond();

    assertThat(client.lines()).hasSize(2);
    assertThat(node.observer.outcomes).containsExactly("a1: success", "b2: success");
    assertThat(node.observer.finished).containsExactly(false);
    assertThat(node.shims.open()).isZero();
  }

  @Test
  void scrapeOfNoSandboxesEnds() {
    var empty = new ScrapeHarness(64);
    var client = empty.scrape();
    empty.time.run();
    assertThat(client.lines()).isEmpty();
  }

  @Test
  void scrapeWithinASecondSharesTheFanout() {
    var first = node.scrape();
    node.time.pass(ofMillis(999));
    var second = node.scrape();
    node.shims.attempts.forEach(FakeShims.Attempt::respond);

    assertThat(first.lines()).hasSize(2);
    assertThat(second.lines()).hasSize(2);
    assertThat(node.shims.attempts).hasSize(2);
  }

  @Test
  void scrapeSharesAFanoutUntilItIsReleased() {
    var first = node.scrape();
    node.shims.attempts.forEach(FakeShims.Attempt::respond);
    var second = node.scrape();
    node.time.run();
    assertThat(second.lines()).hasSize(2);
    assertThat(node.shims.attempts).hasSize(2);
    first.scrape().release();
    second.scrape().release();

    node.scrape();
    assertThat(node.shims.attempts).hasSize(4);
  }

  @Test
  void samplesAreKeptUntilTheLastClientHasReleasedThem() {
    var first = node.scrape();
    var second = node.scrape();
    node.shims.attempts.forEach(attempt -> attempt.respond("kata_b{c=\"d\"} 1\nkata_b 2\n"));
    first.scrape().release();
    assertThat(node.store.bytesInUse()).isPositive();
    second.scrape().release();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void clientGetsTheResultsSoFarAtItsDeadline() {
    var client = node.scrape(ofMillis(500));
    node.shims.last("a1").respond();
    node.shims.last("b2").connect();
    node.time.pass(ofMillis(500));

    assertThat(client.has("a1")).isTrue();
    assertThat(client.has("b2")).isFalse();
    assertThat(node.observer.outcomes).containsExactly("a1: success", "b2: timeout");
    assertThat(node.observer.finished).containsExactly(true);
  }

  @Test
  void shimLateForOneOfTwoScrapesFailsForThatOneOnly() {
    var hasty = node.scrape(ofMillis(500));
    var patient = node.scrape();
    node.shims.last("a1").respond();
    node.time.pass(ofMillis(600));
    assertThat(hasty.has("b2")).isFalse();
    node.shims.last("b2").respond();

    assertThat(patient.has("b2")).isTrue();
    assertThat(node.observer.outcomes).containsExactly("a1: success", "b2: timeout", "b2: success");
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "50", "2900"})
  void clientsDeadlineNeverLeadsToBackoff(long deadlineMillis) {
    for (int i = 0; i < 30; i++) {
      node.scrape(ofMillis(deadlineMillis));
      node.time.pass(ofMillis(2_900));
      node.shims.attempts.stream()
          .filter(attempt -> !attempt.closed)
          .forEach(attempt -> attempt.connect().end());
      node.time.pass(ofMillis(100));
    }
    var honest = node.scrape();
    node.shims.last("a1").respond();
    node.shims.last("b2").respond();
    assertThat(honest.lines()).hasSize(2);
    assertThat(node.observer.outcomes).doesNotContain("a1: backoff");
  }

  @ParameterizedTest
  @CsvSource({"STARTING, starting", "NOT_SCRAPED, not_scraped"})
  void sandboxExcludedByThePolicyIsNotAFailure(Decision decision, String word) {
    node.decisions.put("a1", decision);
    var client = node.scrape();
    node.shims.last("b2").respond();

    assertThat(client.has("b2")).isTrue();
    assertThat(client.reason()).isEqualTo(word);
    assertThat(node.shims.of("a1")).isEmpty();
    assertThat(node.observer.outcomes).contains("a1: " + word);
    assertThat(node.observer.finished).containsExactly(false);
    assertThat(node.status("a1").state().label()).isEqualTo(word);
    var raw = node.raw("a1");
    node.time.run();
    assertThat(raw.reason()).isEqualTo(word);
  }

  @Test
  void policyIsCheckedBeforeEachAttempt() {
    var client = node.scrapeOne("a1");
    node.shims.last("a1").fail(ConnectFailure.BACKLOG_FULL);
    node.decisions.put("a1", Decision.NOT_SCRAPED);
    node.time.pass(ofMillis(20));
    assertThat(node.checks).containsExactly("a1", "a1");
    assertThat(node.shims.attempts).hasSize(1);
    assertThat(client.reason()).isEqualTo("not_scraped");
  }

  @Test
  void connectToAFullBacklogIsRetriedUntilScrapeTimeout() {
    var client = node.scrapeOne("a1");
    for (int i = 0; i < 150; i++) {
      node.shims.last("a1").fail(ConnectFailure.BACKLOG_FULL);
      node.time.pass(ofMillis(20));
    }
    assertThat(client.reason()).isEqualTo("timeout");
    assertThat(node.shims.attempts).hasSize(150);
  }

  @Test
  void lackOfDescriptorsIsNotAFailureOfASandbox() {
    var hasty = node.scrape(ofMillis(500));
    for (int i = 0; i < 70; i++) {
      node.shims.attempts.forEach(attempt -> {
        if (!attempt.closed) {
          attempt.fail(ConnectFailure.NO_DESCRIPTORS);
        }
      });
      node.time.pass(ofMillis(50));
    }
    assertThat(hasty.lines()).isEmpty();
    assertThat(node.observer.outcomes).containsExactly("a1: descriptors", "b2: descriptors");
    assertThat(node.observer.finished).containsExactly(false);
    assertThat(node.observer.shortages).isPositive();
    assertThat(node.status("a1").state()).isNotEqualTo(SandboxState.FAILING);

    var later = node.scrape();
    node.shims.last("a1").fail(ConnectFailure.NO_DESCRIPTORS);
    node.shims.last("b2").respond();
    node.time.pass(ofMillis(50));
    node.shims.last("a1").respond();
    assertThat(later.lines()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"REFUSED, refused", "DENIED, denied"})
  void failedConnectHasAReason(ConnectFailure failure, String reason) {
    var client = node.scrapeOne("a1");
    node.shims.last("a1").fail(failure);
    assertThat(client.reason()).isEqualTo(reason);
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.FAILING);
  }

  @Test
  void bodyOfTooManyBytesIsRejectedAndItsRequestHeld() {
    var client = node.scrapeOne("a1");
    node.shims.last("a1").connect().send("# nothing\n".repeat(120_000));
    assertThat(client.reason()).isEqualTo("too_large");
    assertThat(node.shims.last("a1").discarding).isTrue();
    assertThat(node.shims.last("a1").closed).isFalse();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void bodyOfTooManySamplesIsRejected() {
    var client = node.scrapeOne("a1");
    node.shims.last("a1").respond("kata_a 1\n".repeat(5_001));
    assertThat(client.reason()).isEqualTo("too_many_samples");
    client.scrape().release();
    var next = node.scrapeOne("a1");
    node.shims.last("a1").respond("kata_a 1\n".repeat(5_000));
    assertThat(next.lines()).hasSize(5_000);
  }

  @Test
  void nothingIsLeaked() {
    var client = node.scrape();
    var raw = node.raw("a1");
    node.shims.attempts.forEach(FakeShims.Attempt::respond);
    node.shims.attempts.stream()
        .filter(attempt -> !attempt.closed)
        .toList()
        .forEach(FakeShims.Attempt::respond);
    node.time.run();
    client.scrape().release();
    raw.body().release();
    node.time.pass(ofSeconds(40));
    assertThat(node.time.pending()).isZero();
    assertThat(node.store.bytesInUse()).isZero();
  }
}

package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients, fan-outs and shims on a manual clock. */
class ScrapeServiceTest {
  private static final Duration LONG = Duration.ofSeconds(9);

  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b2");

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }

  private static Duration seconds(long count) {
    return Duration.ofSeconds(count);
  }

  @Test
  void aScrapeHasTheSamplesOfAllSandboxes() {
    var client = node.scrape(LONG);
    node.shims.last("a1").respond();
    assertThat(client.isDone()).isFalse();
    node.shims.last("b2").respond();

    assertThat(client.lines()).hasSize(2);
    assertThat(node.observer.outcomes).containsExactly("a1: success", "b2: success");
    assertThat(node.observer.finished).containsExactly(false);
    assertThat(node.shims.open()).isZero();
  }

  @Test
  void aScrapeOfNoSandboxesEnds() {
    var empty = new ScrapeHarness(64);
    var client = empty.scrape(LONG);
    empty.time.run();
    assertThat(client.lines()).isEmpty();
  }

  @Test
  void aScrapeThatComesWithinASecondSharesTheFanout() {
    var first = node.scrape(LONG);
    node.time.pass(millis(999));
    var second = node.scrape(LONG);
    node.shims.attempts.forEach(FakeShims.Attempt::respond);

    assertThat(first.lines()).hasSize(2);
    assertThat(second.lines()).hasSize(2);
    assertThat(node.shims.attempts).hasSize(2);
  }

  @Test
  void aScrapeSharesOneWhoseResponseIsStillBeingSentButNotOneThatIsReleased() {
    var first = node.scrape(LONG);
    node.shims.attempts.forEach(FakeShims.Attempt::respond);
    var second = node.scrape(LONG);
    node.time.run();
    assertThat(second.lines()).hasSize(2);
    assertThat(node.shims.attempts).hasSize(2);
    first.scrape().release();
    second.scrape().release();

    node.scrape(LONG);
    assertThat(node.shims.attempts).hasSize(4);
  }

  @Test
  void samplesAreKeptUntilTheLastClientHasReleasedThem() {
    var first = node.scrape(LONG);
    var second = node.scrape(LONG);
    node.shims.attempts.forEach(attempt -> attempt.respond("kata_b{c=\"d\"} 1\nkata_b 2\n"));
    first.scrape().release();
    assertThat(node.store.bytesInUse()).isPositive();
    second.scrape().release();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void aClientTakesWhatHasArrivedByItsDeadline() {
    var client = node.scrape(millis(500));
    node.shims.last("a1").respond();
    node.shims.last("b2").connect();
    node.time.pass(millis(500));

    assertThat(client.has("a1")).isTrue();
    assertThat(client.has("b2")).isFalse();
    assertThat(node.observer.outcomes).containsExactly("a1: success", "b2: timeout");
    assertThat(node.observer.finished).containsExactly(true);
  }

  @Test
  void whoIsLateForOneOfTwoScrapesHasFailedForThatOneOnly() {
    var hasty = node.scrape(millis(500));
    var patient = node.scrape(LONG);
    node.shims.last("a1").respond();
    node.time.pass(millis(600));
    assertThat(hasty.has("b2")).isFalse();
    node.shims.last("b2").respond();

    assertThat(patient.has("b2")).isTrue();
    assertThat(node.observer.outcomes).containsExactly("a1: success", "b2: timeout", "b2: success");
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "50", "2900"})
  void aClientsDeadlineNeverLeadsToBackoff(long deadlineMillis) {
    for (int i = 0; i < 30; i++) {
      node.scrape(millis(deadlineMillis));
      node.time.pass(millis(2_900));
      node.shims.attempts.stream()
          .filter(attempt -> !attempt.closed)
          .forEach(attempt -> attempt.connect().end());
      node.time.pass(millis(100));
    }
    var honest = node.scrape(LONG);
    node.shims.last("a1").respond();
    node.shims.last("b2").respond();
    assertThat(honest.lines()).hasSize(2);
    assertThat(node.observer.outcomes).doesNotContain("a1: backoff");
  }

  @Test
  void threeRequestsThatWereOpenForScrapeTimeoutLeadToBackoff() {
    node.decisions.put("a1", Decision.ASK_RUNTIME_RS);
    for (int i = 0; i < 3; i++) {
      node.scrapeOne("a1", LONG);
      node.shims.last("a1").connect();
      node.time.pass(seconds(4));
    }
    var refused = node.scrapeOne("a1", LONG);
    node.time.run();

    assertThat(refused.reason()).isEqualTo("backoff");
    assertThat(node.shims.of("a1")).hasSize(3);
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.BACKOFF);
    assertThat(node.observer.outcomes)
        .containsExactly("a1: timeout", "a1: timeout", "a1: timeout", "a1: backoff");
    assertThat(node.observer.finished).containsExactly(true, true, true, false);

    node.time.pass(seconds(60));
    node.scrapeOne("a1", LONG);
    node.shims.last("a1").respond();
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.RUNNING);
  }

  /** A shim that responds after its deadline every time. */
  @Test
  void aShimThatIsAlwaysLateIsAskedOneAtATimeAndThenLeftAlone() {
    int asked = 0;
    for (int i = 0; i < 60; i++) {
      var client = node.scrapeOne("a1", LONG);
      node.shims.attempts.forEach(attempt -> {
        if (!attempt.closed) {
          attempt.connect();
        }
      });
      node.time.pass(seconds(4));
      assertThat(client.lines()).isEmpty();
      assertThat(node.shims.open()).isLessThanOrEqualTo(1);
      if (node.shims.attempts.size() > asked) {
        asked = node.shims.attempts.size();
        node.shims.last("a1").end();
      }
    }
    // Three times, and then after 1 and 2 min: 60 scrapes in 4 min.
    assertThat(asked).isEqualTo(5);
    assertThat(node.observer.outcomes).filteredOn("a1: timeout"::equals).hasSize(5);
  }

  /** It is held while it is silent, and up at the next scrape after that. */
  @ParameterizedTest
  @CsvSource({"20, 1", "65, 4"})
  void aShimThatStopsInTheMiddleAndGoesOnIsUpAtTheNextScrape(int silentSeconds, int failed) {
    var first = node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect().send("kata_a ");
    int failures = 0;
    for (int second = 1; second <= silentSeconds; second++) {
      node.time.pass(seconds(1));
      if (second % 15 == 0 && second > 3) {
        var later = node.scrapeOne("a1", LONG);
        node.time.run();
        assertThat(later.reason()).isEqualTo("timeout");
        failures++;
      }
    }
    assertThat(first.reason()).isEqualTo("timeout");
    assertThat(failures).isEqualTo(failed);
    assertThat(node.shims.attempts).hasSize(1);
    node.shims.last("a1").send("1\n").end();

    var next = node.scrapeOne("a1", LONG);
    node.shims.last("a1").respond();

    assertThat(next.has("a1")).isTrue();
    assertThat(node.shims.attempts).hasSize(2);
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.RUNNING);
  }

  @Test
  void aShimThatStopsInTheMiddleForEverIsAskedOnceAndStuckAfter70Seconds() {
    node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect().send("kata_a ");
    node.time.pass(millis(69_999));
    assertThat(node.shims.last("a1").closed).isFalse();
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.FAILING);
    node.time.pass(millis(1));
    assertThat(node.shims.last("a1").closed).isTrue();

    for (int hour = 0; hour < 24; hour++) {
      var client = node.scrape(LONG);
      node.shims
          .of("b2")
          .forEach(attempt -> {
            if (!attempt.closed) {
              attempt.respond();
            }
          });
      node.time.run();
      assertThat(client.reason()).isEqualTo("stuck");
      assertThat(node.observer.finished.getLast()).isFalse();
      client.scrape().release();
      node.time.pass(Duration.ofHours(1));
    }
    assertThat(node.shims.of("a1")).hasSize(1);
    assertThat(node.status("a1"))
        .returns(SandboxState.STUCK, SandboxStatus::state)
        .returns(FailureReason.TIMEOUT, SandboxStatus::reason);
    var raw = node.raw("a1", LONG);
    node.time.run();
    assertThat(raw.reason()).isEqualTo("stuck");
    assertThat(node.shims.of("a1")).hasSize(1);
  }

  @Test
  void aStuckSandboxIsAskedAgainOnceItsDirectoryIsReplaced() {
    node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect().send("kata_a ");
    node.time.pass(seconds(71));
    node.registry.removed(ScrapeHarness.sandbox("a1").id());
    node.registry.add(ScrapeHarness.sandbox("a1"));
    node.time.run();

    var client = node.scrapeOne("a1", LONG);
    node.shims.last("a1").respond();
    assertThat(client.has("a1")).isTrue();
  }

  @Test
  void aShimThatSendsNothingFor70SecondsIsNotStuck() {
    node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect();
    node.time.pass(seconds(70));
    assertThat(node.shims.last("a1").closed).isTrue();

    var client = node.scrapeOne("a1", LONG);
    node.shims.last("a1").respond();
    assertThat(client.has("a1")).isTrue();
  }

  @Test
  void clientsThatLeaveInALoopAddNoRequest() {
    for (int i = 0; i < 400; i++) {
      var scrape = node.scrape(LONG);
      var raw = node.raw("a1", LONG);
      for (var attempt : node.shims.attempts) {
        attempt.connect();
      }
      scrape.waiter().cancel();
      raw.waiter().cancel();
      node.time.pass(millis(100));
    }
    assertThat(node.shims.of("a1")).hasSize(1);
    assertThat(node.shims.of("b2")).hasSize(1);
    assertThat(node.shims.last("a1").discarding).isTrue();
  }

  @Test
  void aRequestThatWasNotSentIsCancelledWithItsLastClient() {
    var client = node.scrape(LONG);
    client.waiter().cancel();
    assertThat(node.shims.open()).isZero();
  }

  @Test
  void aRuntimeRsRequestEndsWithItsLastClient() {
    node.decisions.put("a1", Decision.ASK_RUNTIME_RS);
    var client = node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect();
    client.waiter().cancel();
    assertThat(node.shims.last("a1").closed).isTrue();
  }

  @Test
  void aScrapeThatFindsAnOlderRequestWaitsForItAndSendsItsOwn() {
    var first = node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect();
    node.time.pass(millis(1_001));
    var second = node.scrapeOne("a1", LONG);
    assertThat(node.shims.attempts).hasSize(1);
    node.shims.last("a1").send("kata_old 1\n").end();
    assertThat(first.lines()).singleElement().asString().startsWith("kata_old");
    assertThat(second.isDone()).isFalse();
    node.shims.last("a1").respond("kata_new 1\n");

    assertThat(second.lines()).singleElement().asString().startsWith("kata_new");
    assertThat(node.shims.attempts).hasSize(2);
  }

  @Test
  void aScrapeThatWaitsForAnOlderRequestFailsWhenThatIsOverdue() {
    node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect();
    node.time.pass(millis(2_000));
    var second = node.scrapeOne("a1", LONG);
    node.time.pass(millis(1_000));
    assertThat(second.reason()).isEqualTo("timeout");
    assertThat(node.shims.attempts).hasSize(1);
  }

  @Test
  void oneRequestServesScrapesAndRawClientsAlike() {
    var raw = node.raw("a1", LONG);
    node.time.pass(millis(900));
    var scrape = node.scrapeOne("a1", LONG);
    var other = node.raw("a1", LONG);
    node.shims.last("a1").respond();
    node.time.run();

    assertThat(node.shims.attempts).hasSize(1);
    assertThat(raw.text()).isEqualTo(FakeShims.BODY);
    assertThat(other.text()).isEqualTo(FakeShims.BODY);
    assertThat(scrape.has("a1")).isTrue();
  }

  @Test
  void aRawClientDoesNotShareABodyOfWhichAPartIsGone() {
    node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect().send("kata_a 1\n");
    var raw = node.raw("a1", LONG);
    node.shims.last("a1").send("kata_b 1\n").end();
    node.shims.last("a1").respond("kata_c 1\n");
    node.time.run();
    assertThat(raw.text()).isEqualTo("kata_c 1\n");
    assertThat(node.shims.attempts).hasSize(2);
  }

  @Test
  void aRawBodyNeedNotBeMetrics() {
    var raw = node.raw("a1", LONG);
    var scrape = node.scrapeOne("a1", LONG);
    node.shims.last("a1").respond("no metrics {\n at all\n");
    node.time.run();
    assertThat(raw.text()).isEqualTo("no metrics {\n at all\n");
    assertThat(scrape.reason()).isEqualTo("malformed");
    assertThat(node.observer.outcomes).containsExactly("a1: malformed");
  }

  /** One of them does not read: it keeps its body, and nothing else. */
  @Test
  void fortyRawClientsInALoopCostAScrapeNothing() {
    var unread = node.raw("a1", LONG);
    var clients = new ArrayList<ScrapeHarness.RawClient>();
    for (int i = 0; i < 39; i++) {
      clients.add(node.raw("a1", LONG));
    }
    for (int turn = 0; turn < 200; turn++) {
      boolean isScraped = turn % 20 == 7;
      var scrape = isScraped ? node.scrapeOne("a1", seconds(2)) : null;
      assertThat(node.shims.open()).isEqualTo(1);
      node.time.pass(millis(300));
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
          clients.set(i, node.raw("a1", LONG));
        }
      }
    }
    assertThat(unread.text()).isEqualTo(FakeShims.BODY);
  }

  @ParameterizedTest
  @CsvSource({"STARTING, starting", "NOT_SCRAPED, not_scraped"})
  void aSandboxThatThePolicyExcludesIsNoFailure(Decision decision, String word) {
    node.decisions.put("a1", decision);
    var client = node.scrape(LONG);
    node.shims.last("b2").respond();

    assertThat(client.has("b2")).isTrue();
    assertThat(client.reason()).isEqualTo(word);
    assertThat(node.shims.of("a1")).isEmpty();
    assertThat(node.observer.outcomes).contains("a1: " + word);
    assertThat(node.observer.finished).containsExactly(false);
    assertThat(node.status("a1").state().label()).isEqualTo(word);
    var raw = node.raw("a1", LONG);
    node.time.run();
    assertThat(raw.reason()).isEqualTo(word);
  }

  @Test
  void thePolicyIsAskedBeforeEachAttempt() {
    var client = node.scrapeOne("a1", LONG);
    node.shims.last("a1").fail(ConnectFailure.BACKLOG_FULL);
    node.decisions.put("a1", Decision.NOT_SCRAPED);
    node.time.pass(millis(20));
    assertThat(node.checks).containsExactly("a1", "a1");
    assertThat(node.shims.attempts).hasSize(1);
    assertThat(client.reason()).isEqualTo("not_scraped");
  }

  @Test
  void aFullBacklogIsTriedAgainUntilScrapeTimeout() {
    var client = node.scrapeOne("a1", LONG);
    for (int i = 0; i < 150; i++) {
      node.shims.last("a1").fail(ConnectFailure.BACKLOG_FULL);
      node.time.pass(millis(20));
    }
    assertThat(client.reason()).isEqualTo("timeout");
    assertThat(node.shims.attempts).hasSize(150);
  }

  @Test
  void theMonitorsOwnLackOfDescriptorsIsNoFailureOfASandbox() {
    var hasty = node.scrape(millis(500));
    for (int i = 0; i < 70; i++) {
      node.shims.attempts.forEach(attempt -> {
        if (!attempt.closed) {
          attempt.fail(ConnectFailure.NO_DESCRIPTORS);
        }
      });
      node.time.pass(millis(50));
    }
    assertThat(hasty.lines()).isEmpty();
    assertThat(node.observer.outcomes).containsExactly("a1: descriptors", "b2: descriptors");
    assertThat(node.observer.finished).containsExactly(false);
    assertThat(node.observer.shortages).isPositive();
    assertThat(node.status("a1").state()).isNotEqualTo(SandboxState.FAILING);

    var later = node.scrape(LONG);
    node.shims.last("a1").fail(ConnectFailure.NO_DESCRIPTORS);
    node.shims.last("b2").respond();
    node.time.pass(millis(50));
    node.shims.last("a1").respond();
    assertThat(later.lines()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"REFUSED, refused", "DENIED, denied"})
  void aConnectThatFailsSaysWhy(ConnectFailure failure, String reason) {
    var client = node.scrapeOne("a1", LONG);
    node.shims.last("a1").fail(failure);
    assertThat(client.reason()).isEqualTo(reason);
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.FAILING);
  }

  @Test
  void aBodyOfTooManyBytesIsRejectedAndItsRequestHeld() {
    var client = node.scrapeOne("a1", LONG);
    node.shims.last("a1").connect().send("# nothing\n".repeat(120_000));
    assertThat(client.reason()).isEqualTo("too_large");
    assertThat(node.shims.last("a1").discarding).isTrue();
    assertThat(node.shims.last("a1").closed).isFalse();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void aBodyOfTooManySamplesIsRejected() {
    var client = node.scrapeOne("a1", LONG);
    node.shims.last("a1").respond("kata_a 1\n".repeat(5_001));
    assertThat(client.reason()).isEqualTo("too_many_samples");
    client.scrape().release();
    var next = node.scrapeOne("a1", LONG);
    node.shims.last("a1").respond("kata_a 1\n".repeat(5_000));
    assertThat(next.lines()).hasSize(5_000);
  }

  @Test
  void aHeldRequestTakesNoPlace() {
    var narrow = new ScrapeHarness(1, "a1", "b2");
    var client = narrow.scrape(seconds(60));
    narrow.shims.last("a1").connect().send("kata_a");
    assertThat(narrow.shims.of("b2")).isEmpty();
    narrow.time.pass(ScrapeHarness.TIMEOUT);
    narrow.shims.last("b2").respond();
    assertThat(client.has("b2")).isTrue();
  }

  @Test
  void nothingIsLeftBehind() {
    var client = node.scrape(LONG);
    var raw = node.raw("a1", LONG);
    node.shims.attempts.forEach(FakeShims.Attempt::respond);
    node.shims.attempts.stream()
        .filter(attempt -> !attempt.closed)
        .toList()
        .forEach(FakeShims.Attempt::respond);
    node.time.run();
    client.scrape().release();
    raw.body().release();
    node.time.pass(seconds(40));
    assertThat(node.time.pending()).isZero();
    assertThat(node.store.bytesInUse()).isZero();
  }
}

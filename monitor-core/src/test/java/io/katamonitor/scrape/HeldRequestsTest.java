package io.katamonitor.scrape;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that continue after their clients have disconnected or their time has passed. */
class HeldRequestsTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b2");

  @Test
  void threeRequestsThatWereOpenForScrapeTimeoutLeadToBackoff() {
    node.decisions.put("a1", Decision.SCRAPE_RUNTIME_RS);
    for (int i = 0; i < 3; i++) {
      node.scrapeOne("a1");
      node.shims.last("a1").connect();
      node.time.pass(ofSeconds(4));
    }
    var refused = node.scrapeOne("a1");
    node.time.run();

    assertThat(refused.reason()).isEqualTo("backoff");
    assertThat(node.shims.of("a1")).hasSize(3);
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.BACKOFF);
    assertThat(node.observer.outcomes)
        .containsExactly("a1: timeout", "a1: timeout", "a1: timeout", "a1: backoff");
    assertThat(node.observer.finished).containsExactly(true, true, true, false);

    node.time.pass(ofSeconds(60));
    node.scrapeOne("a1");
    node.shims.last("a1").respond();
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.RUNNING);
  }

  /** A shim that responds after its deadline every time. */
  @Test
  void slowShimGetsOneRequestAtATimeAndEntersBackoff() {
    int requested = 0;
    for (int i = 0; i < 60; i++) {
      var client = node.scrapeOne("a1");
      node.shims.attempts.forEach(attempt -> {
        if (!attempt.closed) {
          attempt.connect();
        }
      });
      node.time.pass(ofSeconds(4));
      assertThat(client.lines()).isEmpty();
      assertThat(node.shims.open()).isLessThanOrEqualTo(1);
      if (node.shims.attempts.size() > requested) {
        requested = node.shims.attempts.size();
        node.shims.last("a1").end();
      }
    }
    // Three times, and then after 1 and 2 min: 60 scrapes in 4 min.
    assertThat(requested).isEqualTo(5);
    assertThat(node.observer.outcomes).filteredOn("a1: timeout"::equals).hasSize(5);
  }

  /** It is held while it is silent, and up at the next scrape after that. */
  @ParameterizedTest
  @CsvSource({"20, 1", "65, 4"})
  void shimThatStallsAndContinuesIsUpAtTheNextScrape(int silentSeconds, int failed) {
    var first = node.scrapeOne("a1");
    node.shims.last("a1").connect().send("kata_a ");
    int failures = 0;
    for (int second = 1; second <= silentSeconds; second++) {
      node.time.pass(ofSeconds(1));
      if (second % 15 == 0 && second > 3) {
        var later = node.scrapeOne("a1");
        node.time.run();
        assertThat(later.reason()).isEqualTo("timeout");
        failures++;
      }
    }
    assertThat(first.reason()).isEqualTo("timeout");
    assertThat(failures).isEqualTo(failed);
    assertThat(node.shims.attempts).hasSize(1);
    node.shims.last("a1").send("1\n").end();

    var next = node.scrapeOne("a1");
    node.shims.last("a1").respond();

    assertThat(next.has("a1")).isTrue();
    assertThat(node.shims.attempts).hasSize(2);
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.RUNNING);
  }

  @Test
  void shimThatStopsMidResponseIsRequestedOnceAndStuckAfter70Seconds() {
    node.scrapeOne("a1");
    node.shims.last("a1").connect().send("kata_a ");
    node.time.pass(ofMillis(69_999));
    assertThat(node.shims.last("a1").closed).isFalse();
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.FAILING);
    node.time.pass(ofMillis(1));
    assertThat(node.shims.last("a1").closed).isTrue();

    for (int hour = 0; hour < 24; hour++) {
      var client = node.scrape();
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
    var raw = node.raw("a1");
    node.time.run();
    assertThat(raw.reason()).isEqualTo("stuck");
    assertThat(node.shims.of("a1")).hasSize(1);
  }

  @Test
  void stuckSandboxIsScrapedAgainOnceItsDirectoryIsReplaced() {
    node.scrapeOne("a1");
    node.shims.last("a1").connect().send("kata_a ");
    node.time.pass(ofSeconds(71));
    node.registry.removed(ScrapeHarness.sandbox("a1").id());
    node.registry.add(ScrapeHarness.sandbox("a1"));
    node.time.run();

    var client = node.scrapeOne("a1");
    node.shims.last("a1").respond();
    assertThat(client.has("a1")).isTrue();
  }

  @Test
  void shimThatSendsNothingFor70SecondsIsNotStuck() {
    node.scrapeOne("a1");
    node.shims.last("a1").connect();
    node.time.pass(ofSeconds(70));
    assertThat(node.shims.last("a1").closed).isTrue();

    var client = node.scrapeOne("a1");
    node.shims.last("a1").respond();
    assertThat(client.has("a1")).isTrue();
  }

  @Test
  void clientsThatDisconnectInALoopAddNoRequest() {
    for (int i = 0; i < 400; i++) {
      var scrape = node.scrape();
      var raw = node.raw("a1");
      for (var attempt : node.shims.attempts) {
        attempt.connect();
      }
      scrape.waiter().cancel();
      raw.waiter().cancel();
      node.time.pass(ofMillis(100));
    }
    assertThat(node.shims.of("a1")).hasSize(1);
    assertThat(node.shims.of("b2")).hasSize(1);
    assertThat(node.shims.last("a1").discarding).isTrue();
  }

  @Test
  void requestThatWasNotSentIsCancelledWithItsLastClient() {
    var client = node.scrape();
    client.waiter().cancel();
    assertThat(node.shims.open()).isZero();
  }

  @Test
  void runtimeRsRequestEndsWithItsLastClient() {
    node.decisions.put("a1", Decision.SCRAPE_RUNTIME_RS);
    var client = node.scrapeOne("a1");
    node.shims.last("a1").connect();
    client.waiter().cancel();
    assertThat(node.shims.last("a1").closed).isTrue();
  }

  @Test
  void scrapeWaitsForAnOlderRequestAndThenSendsItsOwn() {
    var first = node.scrapeOne("a1");
    node.shims.last("a1").connect();
    node.time.pass(ofMillis(1_001));
    var second = node.scrapeOne("a1");
    assertThat(node.shims.attempts).hasSize(1);
    node.shims.last("a1").send("kata_old 1\n").end();
    assertThat(first.lines()).singleElement().asString().startsWith("kata_old");
    assertThat(second.isDone()).isFalse();
    node.shims.last("a1").respond("kata_new 1\n");

    assertThat(second.lines()).singleElement().asString().startsWith("kata_new");
    assertThat(node.shims.attempts).hasSize(2);
  }

  @Test
  void scrapeThatWaitsForAnOlderRequestFailsWhenThatIsOverdue() {
    node.scrapeOne("a1");
    node.shims.last("a1").connect();
    node.time.pass(ofSeconds(2));
    var second = node.scrapeOne("a1");
    node.time.pass(ofSeconds(1));
    assertThat(second.reason()).isEqualTo("timeout");
    assertThat(node.shims.attempts).hasSize(1);
  }

  @Test
  void heldRequestHasNoSlot() {
    var narrow = new ScrapeHarness(1, "a1", "b2");
    var client = narrow.scrape(ofSeconds(60));
    narrow.shims.last("a1").connect().send("kata_a");
    assertThat(narrow.shims.of("b2")).isEmpty();
    narrow.time.pass(ScrapeHarness.TIMEOUT);
    narrow.shims.last("b2").respond();
    assertThat(client.has("b2")).isTrue();
  }
}

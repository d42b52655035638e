package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows of the table in {@link RequestState} from the wait for a slot to the end of the
 * response.
 */
class MetricsRequestTest {
  private final RequestFixture fixture = new RequestFixture();
  private final ScrapeHarness node = fixture.node;
  private final ScrapeContext context = fixture.context;
  private final List<String> events = fixture.events;
  private final RequestFixture.Client client = fixture.client;
  private final MetricsRequest request = fixture.request;

  @Test
  void waitsForASlot() {
    var first = fixture.newRequest();
    first.result().subscribe(new RequestFixture.Client());
    context.slots().enqueue(first);
    request.result().subscribe(client);
    context.slots().enqueue(request);
    assertThat(request.state()).isEqualTo(RequestState.WAITING);
    assertThat(request.isWaiting()).isTrue();

    fixture.shim().respond();

    assertThat(first.state()).isEqualTo(RequestState.DONE);
    assertThat(request.state()).isEqualTo(RequestState.REQUESTED);
    assertThat(request.isWaiting()).isFalse();
  }

  @Test
  void cancelledWhileWaitingItHasTheGivenOutcome() {
    request.result().subscribe(client);
    request.cancel(new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 1, "overdue"));
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(client.outcomes).containsExactly("timeout");

    var other = fixture.newRequest();
    other.cancel(new ScrapeOutcome.Skipped(SkipReason.STUCK));
    assertThat(other.state()).isEqualTo(RequestState.ABANDONED);
  }

  /** Once it was sent, the time in which it waited does not count. */
  @Test
  void clientThatIsCutOffWhileItWaitsHasWaitedSinceItBegan() {
    node.time.pass(Duration.ofSeconds(2));
    assertThat(cutOffAfter()).isEqualTo(Duration.ofSeconds(2));

    fixture.send().connect();
    node.time.pass(Duration.ofSeconds(1));
    assertThat(cutOffAfter()).isEqualTo(Duration.ofSeconds(1));
  }

  private Duration cutOffAfter() {
    var outcome = request.cutOffOutcome();
    assertThat(outcome).isInstanceOf(ScrapeOutcome.Failure.class);
    return Duration.ofNanos(((ScrapeOutcome.Failure) outcome).durationNanos());
  }

  @Test
  void abandonedWhileWaitingIfItsLastClientLeaves() {
    request.result().subscribe(client);
    request.leave(client);
    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    assertThat(client.outcomes).isEmpty();
  }

  @Test
  void wholeResponseIsDone() {
    fixture.send().respond();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
    assertThat(client.outcomes).containsExactly("success");
    assertThat(events).containsExactly("sent", "responded", "ended DONE", "success");
  }

  @ParameterizedTest
  @ValueSource(strings = {"STARTING", "NOT_SCRAPED"})
  void requestExcludedByThePolicyIsAbandonedWithoutAConnection(Decision decision) {
    node.decisions.put("a1", decision);
    request.result().subscribe(client);
    context.slots().enqueue(request);
    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    assertThat(node.shims.attempts).isEmpty();
    assertThat(client.outcomes).containsExactly(decision.name().toLowerCase(java.util.Locale.ROOT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"STARTING", "NOT_SCRAPED"})
  void nothingIsSentToAShimWhoseDirectoryWasReplacedBeforeItWasConnected(Decision decision) {
    var attempt = fixture.send();
    node.decisions.put("a1", decision);
    attempt.connect();
    assertThat(attempt.requested).isFalse();
    assertThat(attempt.closed).isTrue();
    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    assertThat(client.outcomes).containsExactly(decision.name().toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void aReplacementThatMayBeScrapedIsConnectedAgain() {
    var attempt = fixture.send();
    node.decisions.put("a1", Decision.SCRAPE_RUNTIME_RS);
    attempt.connect();
    assertThat(attempt.requested).isFalse();
    assertThat(attempt.closed).isTrue();
    fixture.shim().respond();
    assertThat(fixture.shim().requested).isTrue();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
  }

  @Test
  void withoutADescriptorByScrapeTimeoutItIsAbandoned() {
    fixture.send().fail(ConnectFailure.NO_DESCRIPTORS);
    for (int i = 0; i < 60 && request.state() == RequestState.REQUESTED; i++) {
      node.time.pass(Duration.ofNanos(ShimConnector.DESCRIPTOR_NANOS));
      if (!fixture.shim().closed) {
        fixture.shim().fail(ConnectFailure.NO_DESCRIPTORS);
      }
    }
    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    assertThat(client.outcomes).containsExactly("descriptors");
    assertThat(events).doesNotContain("timed out");
  }

  @Test
  void withoutAConnectionItFails() {
    fixture.send().fail(ConnectFailure.REFUSED);
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(client.outcomes).containsExactly("refused");
  }

  @Test
  void connectionThatTheShimClosesTooEarlyFails() {
    fixture.send().connect().send("kata_a ").hangUp();
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(client.outcomes).containsExactly("malformed");
  }

  @Test
  void finalStateNeverChanges() {
    fixture.send().respond();
    assertThatThrownBy(request::vanished)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("DONE cannot become ABANDONED");
  }
}

package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.katamonitor.template.TemplateHints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the table in {@link RequestState}, one after the other. */
class MetricsRequestTest {
  private final ScrapeHarness node = new ScrapeHarness(1, "a1");
  private final ScrapeContext context = node.context(1);
  private final List<String> events = new ArrayList<>();
  private final Recorder client = new Recorder();
  private final MetricsRequest request = newRequest();

  private final class Owner implements MetricsRequest.Owner {
    @Override
    public void sent(MetricsRequest one) {
      events.add("sent");
    }

    @Override
    public void responded() {
      events.add("responded");
    }

    @Override
    public void timedOut() {
      events.add("timed out");
    }

    @Override
    public void overdue(MetricsRequest one) {
      events.add("overdue");
    }

    @Override
    public void settled(MetricsRequest one, ScrapeOutcome outcome) {
      events.add(RecordingObserver.word(outcome));
    }

    @Override
    public void ended(MetricsRequest one) {
      events.add("ended " + one.state());
    }
  }

  /** A scrape that waits for the result. */
  private static final class Recorder implements SharedResult.Subscriber {
    private final List<String> outcomes = new ArrayList<>();

    @Override
    public void settled(ScrapeOutcome outcome) {
      outcomes.add(RecordingObserver.word(outcome));
    }

    @Override
    public void takenBack(ScrapeOutcome outcome) {
      settled(outcome);
    }

    @Override
    public boolean isWaiting() {
      return true;
    }
  }

  private MetricsRequest newRequest() {
    return new MetricsRequest(
        context, ScrapeHarness.sandbox("a1"), new TemplateHints(), new Owner());
  }

  private FakeShims.Attempt shim() {
    return node.shims.last("a1");
  }

  /** Gives it a slot, as the gate does when no other request is open. */
  private FakeShims.Attempt send() {
    request.result().subscribe(client);
    context.slots().enqueue(request);
    return shim();
  }

  private void passLimit() {
    node.time.pass(ScrapeHarness.TIMEOUT);
  }

  @Test
  void waitsForASlot() {
    var first = newRequest();
    first.result().subscribe(new Recorder());
    context.slots().enqueue(first);
    request.result().subscribe(client);
    context.slots().enqueue(request);
    assertThat(request.state()).isEqualTo(RequestState.WAITING);
    assertThat(request.isWaiting()).isTrue();

    shim().respond();

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

    var other = newRequest();
    other.cancel(new ScrapeOutcome.Skipped(SkipReason.STUCK));
    assertThat(other.state()).isEqualTo(RequestState.ABANDONED);
  }

  /** Once it was sent, the time in which it waited does not count. */
  @Test
  void clientThatIsCutOffWhileItWaitsHasWaitedSinceItBegan() {
    node.time.pass(Duration.ofSeconds(2));
    assertThat(cutOffAfter()).isEqualTo(Duration.ofSeconds(2));

    send().connect();
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
    send().respond();
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
    var attempt = send();
    node.decisions.put("a1", decision);
    attempt.connect();
    assertThat(attempt.requested).isFalse();
    assertThat(attempt.closed).isTrue();
    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    assertThat(client.outcomes).containsExactly(decision.name().toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void aReplacementThatMayBeScrapedIsConnectedAgain() {
    var attempt = send();
    node.decisions.put("a1", Decision.SCRAPE_RUNTIME_RS);
    attempt.connect();
    assertThat(attempt.requested).isFalse();
    assertThat(attempt.closed).isTrue();
    shim().respond();
    assertThat(shim().requested).isTrue();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
  }

  @Test
  void withoutADescriptorByScrapeTimeoutItIsAbandoned() {
    send().fail(ConnectFailure.NO_DESCRIPTORS);
    for (int i = 0; i < 60 && request.state() == RequestState.REQUESTED; i++) {
      node.time.pass(Duration.ofNanos(MetricsRequest.DESCRIPTOR_NANOS));
      if (!shim().closed) {
        shim().fail(ConnectFailure.NO_DESCRIPTORS);
      }
    }
    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    assertThat(client.outcomes).containsExactly("descriptors");
    assertThat(events).doesNotContain("timed out");
  }

  @Test
  void withoutAConnectionItFails() {
    send().fail(ConnectFailure.REFUSED);
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(client.outcomes).containsExactly("refused");
  }

  @Test
  void connectionThatTheShimClosesTooEarlyFails() {
    send().connect().send("kata_a ").hangUp();
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(client.outcomes).containsExactly("malformed");
  }

  @Test
  void goShimsRequestIsHeldAfterScrapeTimeout() {
    send().connect();
    passLimit();
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    assertThat(shim().discarding).isTrue();
    assertThat(shim().closed).isFalse();
    assertThat(client.outcomes).containsExactly("timeout");
    assertThat(events).containsExactly("sent", "timed out", "timeout", "overdue");
    assertThat(request.isOverdue()).isTrue();
  }

  @Test
  void goShimsRequestIsHeldWhenItsResponseIsRejected() {
    send().connect().send("no metrics at all\n");
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    assertThat(client.outcomes).containsExactly("malformed");
  }

  @Test
  void runtimeRsRequestFailsAtScrapeTimeout() {
    node.decisions.put("a1", Decision.SCRAPE_RUNTIME_RS);
    send().connect();
    passLimit();
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(shim().closed).isTrue();
  }

  @Test
  void requestThatWasNotSentIsNotHeld() {
    send();
    passLimit();
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(shim().closed).isTrue();
  }

  @Test
  void withoutClientsAGoShimsRequestIsHeldOnceItIsTooOldToBeShared() {
    send().connect();
    request.leave(client);
    node.time.pass(Duration.ofNanos(MetricsRequest.SHARE_NANOS - 1));
    assertThat(request.state()).isEqualTo(RequestState.REQUESTED);
    assertThat(request.isShareable()).isTrue();
    node.time.pass(Duration.ofNanos(1));
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    assertThat(request.isShareable()).isFalse();
  }

  @Test
  void withoutClientsARuntimeRsRequestIsAbandoned() {
    node.decisions.put("a1", Decision.SCRAPE_RUNTIME_RS);
    send().connect();
    request.leave(client);
    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    assertThat(shim().closed).isTrue();
  }

  @Test
  void heldResponseThatEndsIsDone() {
    var shim = send().connect();
    passLimit();
    shim.end();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
    assertThat(client.outcomes).containsExactly("timeout");
  }

  @Test
  void heldRequestThatTheShimClosesFails() {
    var shim = send().connect();
    passLimit();
    shim.hangUp();
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void after70SecondsAHeldRequestIsStuckIfItsResponseBegan(boolean hasBegun) {
    var shim = send().connect();
    if (hasBegun) {
      shim.send("kata_a 1\n");
    }
    node.time.pass(Duration.ofNanos(MetricsRequest.HOLD_NANOS - 1));
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    node.time.pass(Duration.ofNanos(1));
    assertThat(request.state()).isEqualTo(hasBegun ? RequestState.STUCK : RequestState.FAILED);
    assertThat(shim.closed).isTrue();
    assertThat(node.time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"WAITING", "REQUESTED", "HELD", "STUCK"})
  void sandboxThatIsGoneOrReplacedAbandonsIt(RequestState from) {
    if (from == RequestState.WAITING) {
      request.result().subscribe(client);
    } else {
      var shim = send().connect();
      shim.send("kata_a 1\n");
    }
    if (from == RequestState.HELD) {
      passLimit();
    } else if (from == RequestState.STUCK) {
      node.time.pass(Duration.ofNanos(MetricsRequest.HOLD_NANOS));
    }
    assertThat(request.state()).isEqualTo(from);

    request.vanished();

    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    boolean hadResult = from == RequestState.HELD || from == RequestState.STUCK;
    assertThat(client.outcomes).containsExactly(hadResult ? "timeout" : "vanished");
  }

  private void failBy(String way) {
    switch (way) {
      case "refused" -> send().fail(ConnectFailure.REFUSED);
      case "hung up" -> send().connect().hangUp();
      case "silent" -> {
        send().connect();
        passLimit();
      }
      default -> throw new IllegalArgumentException(way);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"refused", "hung up", "silent"})
  void failureOfAShimWithoutItsDirectoryIsVanished(String way) {
    node.gone.add("a1");
    failBy(way);
    assertThat(client.outcomes).containsExactly("vanished");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refused", "hung up", "silent"})
  void itsFailureIsReportedWhenTheCheckOfItsDirectoryHasReturned(String way) {
    node.areChecksHung = true;
    failBy(way);
    assertThat(request.state())
        .isEqualTo(way.equals("silent") ? RequestState.HELD : RequestState.FAILED);
    assertThat(client.outcomes).isEmpty();

    node.hungChecks.getFirst().accept(false);
    assertThat(client.outcomes).containsExactly(way.equals("silent") ? "timeout" : "refused");
  }

  @Test
  void responseThatEndsDuringThatCheckIsNotASuccessAndEndsTheRequest() {
    node.areChecksHung = true;
    failBy("silent");
    shim().send(FakeShims.BODY).end();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
    node.hungChecks.getFirst().accept(false);
    assertThat(client.outcomes).containsExactly("timeout");
  }

  /** As with frozen cgroups: the timer is late, and so is the shim through no fault of its own. */
  @Test
  void afterAFreezeTheResponseIsReadForFiveMoreSeconds() {
    var shim = send().connect().send("kata_a 1\n");
    node.time.freeze(Duration.ofSeconds(200));
    node.time.pass(Duration.ofNanos(1));
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    node.time.pass(Duration.ofNanos(MetricsRequest.MIN_HOLD_NANOS - 1));
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    shim.end();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
  }

  /** The monitor was busy, and the shim's bytes were waiting in the socket. */
  @Test
  void receivedBytesAreReadBeforeALateTimerCountsAsATimeout() {
    var shim = send().connect();
    node.time.freeze(ScrapeHarness.TIMEOUT.plusNanos(MetricsRequest.LATE_NANOS));
    assertThat(client.outcomes).isEmpty();
    shim.send(FakeShims.BODY).end();
    node.time.pass(Duration.ofSeconds(100));
    assertThat(client.outcomes).containsExactly("success");
    assertThat(events).doesNotContain("timed out", "overdue");
  }

  @Test
  void lateTimerIsATimeoutIfNothingWasReceived() {
    send().connect();
    node.time.freeze(ScrapeHarness.TIMEOUT.plusNanos(MetricsRequest.LATE_NANOS));
    node.time.pass(Duration.ofNanos(1));
    assertThat(client.outcomes).containsExactly("timeout");
  }

  @Test
  void punctualTimerIsATimeoutAtOnce() {
    send().connect();
    node.time.freeze(ScrapeHarness.TIMEOUT.plusNanos(MetricsRequest.LATE_NANOS - 1));
    assertThat(client.outcomes).containsExactly("timeout");
  }

  @Test
  void fiveSecondsAfterAFreezeItIsStuck() {
    send().connect().send("kata_a 1\n");
    node.time.freeze(Duration.ofSeconds(200));
    node.time.pass(Duration.ofNanos(1));
    node.time.pass(Duration.ofNanos(MetricsRequest.MIN_HOLD_NANOS));
    assertThat(request.state()).isEqualTo(RequestState.STUCK);
  }

  @Test
  void finalStateNeverChanges() {
    send().respond();
    assertThatThrownBy(request::vanished)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("DONE cannot become ABANDONED");
  }
}

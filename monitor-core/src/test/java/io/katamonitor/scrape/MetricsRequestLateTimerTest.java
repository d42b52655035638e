package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A {@link MetricsRequest} whose timers are late, because the monitor was frozen or busy. */
class MetricsRequestLateTimerTest {
  private final RequestFixture fixture = new RequestFixture();
  private final ScrapeHarness node = fixture.node;
  private final List<String> events = fixture.events;
  private final RequestFixture.Client client = fixture.client;
  private final MetricsRequest request = fixture.request;

  /** As with frozen cgroups: the timer is late, and so is the shim through no fault of its own. */
  @Test
  void afterAFreezeTheResponseIsReadForFiveMoreSeconds() {
    var shim = fixture.send().connect().send("kata_a 1\n");
    node.time.freeze(Duration.ofSeconds(200));
    node.time.pass(Duration.ofNanos(1));
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    node.time.pass(Duration.ofNanos(MetricsRequest.MIN_HOLD_NANOS - 1));
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    shim.end();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
  }

  @Test
  void fiveSecondsAfterAFreezeItIsStuck() {
    fixture.send().connect().send("kata_a 1\n");
    node.time.freeze(Duration.ofSeconds(200));
    node.time.pass(Duration.ofNanos(1));
    node.time.pass(Duration.ofNanos(MetricsRequest.MIN_HOLD_NANOS));
    assertThat(request.state()).isEqualTo(RequestState.STUCK);
  }

  /** The monitor was busy, and the shim's bytes were waiting in the socket. */
  @Test
  void receivedBytesAreReadBeforeALateTimerCountsAsATimeout() {
    var shim = fixture.send().connect();
    node.time.freeze(ScrapeHarness.TIMEOUT.plusNanos(MetricsRequest.LATE_NANOS));
    assertThat(client.outcomes).isEmpty();
    shim.send(FakeShims.BODY).end();
    node.time.pass(Duration.ofSeconds(100));
    assertThat(client.outcomes).containsExactly("success");
    assertThat(events).doesNotContain("timed out", "overdue");
  }

  @Test
  void lateTimerIsATimeoutIfNothingWasReceived() {
    fixture.send().connect();
    node.time.freeze(ScrapeHarness.TIMEOUT.plusNanos(MetricsRequest.LATE_NANOS));
    node.time.pass(Duration.ofNanos(1));
    assertThat(client.outcomes).containsExactly("timeout");
  }

  @Test
  void punctualTimerIsATimeoutAtOnce() {
    fixture.send().connect();
    node.time.freeze(ScrapeHarness.TIMEOUT.plusNanos(MetricsRequest.LATE_NANOS - 1));
    assertThat(client.outcomes).containsExactly("timeout");
  }
}

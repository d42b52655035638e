package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows of the table in {@link RequestState} after a request has failed for its clients, or has
 * none.
 */
class MetricsRequestHoldTest {
  private final RequestFixture fixture = new RequestFixture();
  private final ScrapeHarness node = fixture.node;
  private final List<String> events = fixture.events;
  private final RequestFixture.Client client = fixture.client;
  private final MetricsRequest request = fixture.request;

  @Test
  void goShimsRequestIsHeldAfterScrapeTimeout() {
    fixture.send().connect();
    fixture.passScrapeTimeout();
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    assertThat(fixture.shim().discarding).isTrue();
    assertThat(fixture.shim().closed).isFalse();
    assertThat(client.outcomes).containsExactly("timeout");
    assertThat(events).containsExactly("sent", "timed out", "timeout", "overdue");
    assertThat(request.isOverdue()).isTrue();
  }

  @Test
  void goShimsRequestIsHeldWhenItsResponseIsRejected() {
    fixture.send().connect().send("no metrics at all\n");
    assertThat(request.state()).isEqualTo(RequestState.HELD);
    assertThat(client.outcomes).containsExactly("malformed");
  }

  @Test
  void runtimeRsRequestFailsAtScrapeTimeout() {
    node.decisions.put("a1", Decision.SCRAPE_RUNTIME_RS);
    fixture.send().connect();
    fixture.passScrapeTimeout();
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(fixture.shim().closed).isTrue();
  }

  @Test
  void requestThatWasNotSentIsNotHeld() {
    fixture.send();
    fixture.passScrapeTimeout();
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
    assertThat(fixture.shim().closed).isTrue();
  }

  @Test
  void withoutClientsAGoShimsRequestIsHeldOnceItIsTooOldToBeShared() {
    fixture.send().connect();
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
    fixture.send().connect();
    request.leave(client);
    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    assertThat(fixture.shim().closed).isTrue();
  }

  @Test
  void heldResponseThatEndsIsDone() {
    var shim = fixture.send().connect();
    fixture.passScrapeTimeout();
    shim.end();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
    assertThat(client.outcomes).containsExactly("timeout");
  }

  @Test
  void heldRequestThatTheShimClosesFails() {
    var shim = fixture.send().connect();
    fixture.passScrapeTimeout();
    shim.hangUp();
    assertThat(request.state()).isEqualTo(RequestState.FAILED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void after70SecondsAHeldRequestIsStuckIfItsResponseBegan(boolean hasBegun) {
    var shim = fixture.send().connect();
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
}

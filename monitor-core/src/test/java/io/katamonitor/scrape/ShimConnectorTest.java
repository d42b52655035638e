package io.katamonitor.scrape;

import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ShimConnectorTest {
  private final ScrapeHarness node = new ScrapeHarness(1, "a1");
  private final List<String> events = new ArrayList<>();
  private final ShimConnector connector =
      new ShimConnector(
          node.context(1), ScrapeHarness.sandbox("a1"), new PassingReceiver(), new Recorder());

  private final class Recorder implements ShimConnector.Listener {
    @Override
    public void skipped(SkipReason reason) {
      events.add("skipped " + reason);
    }

    @Override
    public void unreachable(FailureReason reason, String detail) {
      events.add(reason + " " + detail);
    }
  }

  /** Passes on the events of the connection; the response is of no interest here. */
  private final class PassingReceiver implements ShimClient.Receiver {
    @Override
    public void connected() {
      connector.connected();
    }

    @Override
    public void connectFailed(ConnectFailure failure, String detail) {
      connector.connectFailed(failure, detail);
    }

    @Override
    public void closed(String detail) {
      connector.closedByShim();
    }

    @Override
    public int maxBytes() {
      return 0;
    }

    @Override
    public void responseBegan() {}

    @Override
    public int begin(int more) {
      return 0;
    }

    @Override
    public byte[] text() {
      return new byte[0];
    }

    @Override
    public void advance(int end, int count) {}

    @Override
    public void completed() {}

    @Override
    public void rejected(FailureReason reason, String detail) {}
  }

  private FakeShims.Attempt shim() {
    return node.shims.last("a1");
  }

  @ParameterizedTest
  @CsvSource({"SCRAPE_GO, true", "SCRAPE_RUNTIME_RS, false"})
  void sendsTheRequestOnceConnectedIfTheDirectoryIsTheSame(Decision decision, boolean isGo) {
    node.decisions.put("a1", decision);
    connector.connect();
    assertThat(connector.hasAttempted()).isTrue();
    assertThat(connector.hasSent()).isFalse();
    assertThat(connector.hasSentToGoShim()).isFalse();

    shim().connect();

    assertThat(shim().requested).isTrue();
    assertThat(connector.hasSent()).isTrue();
    assertThat(connector.hasSentToGoShim()).isEqualTo(isGo);
    assertThat(node.checks).containsExactly("a1", "a1");
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Decision.class,
      names = {"STARTING", "NOT_SCRAPED"})
  void sandboxExcludedByThePolicyIsSkippedWithoutAnAttempt(Decision decision) {
    node.decisions.put("a1", decision);
    connector.connect();
    assertThat(events).containsExactly("skipped " + decision);
    assertThat(node.shims.attempts).isEmpty();
    assertThat(connector.hasAttempted()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Decision.class,
      names = {"STARTING", "NOT_SCRAPED"})
  void nothingIsSentIfTheDirectoryWasReplacedByOneThatIsNotScraped(Decision decision) {
    connector.connect();
    node.decisions.put("a1", decision);
    shim().connect();
    assertThat(shim().requested).isFalse();
    assertThat(shim().closed).isTrue();
    assertThat(events).containsExactly("skipped " + decision);
  }

  @Test
  void connectsAgainIfTheDirectoryWasReplacedByOneThatIsScraped() {
    connector.connect();
    var first = shim();
    node.decisions.put("a1", Decision.SCRAPE_RUNTIME_RS);
    first.connect();
    assertThat(first.closed).isTrue();
    assertThat(first.requested).isFalse();

    shim().connect();

    assertThat(node.shims.attempts).hasSize(2);
    assertThat(shim().requested).isTrue();
    assertThat(connector.hasSentToGoShim()).isFalse();
  }

  @Test
  void attemptIsRepeatedAfter20MillisecondsWhileTheBacklogIsFull() {
    connector.connect();
    for (int i = 1; i <= 3; i++) {
      shim().fail(ConnectFailure.BACKLOG_FULL);
      node.time.pass(ofNanos(ShimClient.BACKLOG_NANOS - 1));
      assertThat(node.shims.attempts).hasSize(i);
      node.time.pass(ofNanos(1));
      assertThat(node.shims.attempts).hasSize(i + 1);
    }
    assertThat(connector.isShortOfDescriptors()).isFalse();
    assertThat(events).isEmpty();
  }

  @Test
  void attemptIsRepeatedAfter50MillisecondsWhileNoDescriptorIsLeft() {
    connector.connect();
    shim().fail(ConnectFailure.NO_DESCRIPTORS);
    assertThat(connector.isShortOfDescriptors()).isTrue();
    assertThat(node.observer.shortages).isEqualTo(1);
    node.time.pass(ofNanos(ShimConnector.DESCRIPTOR_NANOS - 1));
    assertThat(node.shims.attempts).hasSize(1);
    node.time.pass(ofNanos(1));
    assertThat(node.shims.attempts).hasSize(2);
    shim().connect().hangUp();
    assertThat(connector.isShortOfDescriptors()).as("it had one").isFalse();
    assertThat(events).isEmpty();
  }

  @Test
  void fullBacklogIsNoLackOfDescriptors() {
    connector.connect();
    shim().fail(ConnectFailure.NO_DESCRIPTORS);
    node.time.pass(ofNanos(ShimConnector.DESCRIPTOR_NANOS));
    shim().fail(ConnectFailure.BACKLOG_FULL);
    assertThat(connector.isShortOfDescriptors()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"REFUSED, REFUSED by the test", "DENIED, DENIED by the test"})
  void otherFailuresAreFinal(ConnectFailure failure, String event) {
    connector.connect();
    shim().fail(failure);
    assertThat(events).containsExactly(event);
    assertThat(node.time.pending()).isZero();
  }

  @Test
  void closeEndsThePauseBeforeAnAttempt() {
    connector.connect();
    shim().fail(ConnectFailure.BACKLOG_FULL);
    connector.close();
    assertThat(node.time.pending()).isZero();
  }

  @Test
  void closeClosesTheConnection() {
    connector.connect();
    shim().connect();
    connector.discard();
    assertThat(shim().discarding).isTrue();
    assertThat(shim().closed).isFalse();
    connector.close();
    assertThat(shim().closed).isTrue();
    assertThat(connector.hasSent()).as("still known").isTrue();
  }

  @Test
  void decisionAfterTheCloseIsIgnored() {
    node.areDecisionsHung = true;
    connector.connect();
    connector.close();
    node.hungDecisions.getFirst().run();
    assertThat(node.shims.attempts).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void nothingIsSentIfItIsClosedWhileTheDirectoryIsCheckedAgain() {
    connector.connect();
    node.areDecisionsHung = true;
    var shim = shim().connect();
    connector.close();
    node.hungDecisions.getFirst().run();
    assertThat(shim.requested).isFalse();
    assertThat(connector.hasSent()).isFalse();
  }

  @Test
  void connectionThatTheShimClosesDuringTheSecondCheckIsNotUsed() {
    connector.connect();
    node.areDecisionsHung = true;
    var shim = shim().connect();
    shim.hangUp();
    node.hungDecisions.getFirst().run();
    assertThat(shim.requested).isFalse();
    assertThat(events).isEmpty();
  }
}

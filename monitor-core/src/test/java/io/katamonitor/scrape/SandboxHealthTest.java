package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.CapturedLog;
import io.katamonitor.log.Level;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SandboxHealthTest {
  private static final Sandbox SANDBOX =
      ScrapeHarness.sandbox("a1").withPod(new Pod("u", "web-0", "shop"));

  private final ManualTime time = new ManualTime();
  private final SandboxHealth health = new SandboxHealth(time);
  private final CapturedLog log = CapturedLog.from(Level.INFO);

  @AfterEach
  void resetLog() {
    log.close();
  }

  private void fails(FailureReason reason) {
    health.failed(SANDBOX, new ScrapeOutcome.Failure(reason, 1, "by the test"));
  }

  private List<String> logged() {
    return log.lines();
  }

  @Test
  void failureAndRecoveryAreLoggedOnceEvenIfReasonsChange() {
    for (int i = 0; i < 5; i++) {
      fails(FailureReason.REFUSED);
      fails(FailureReason.TIMEOUT);
    }
    health.succeeded(SANDBOX);
    health.succeeded(SANDBOX);
    assertThat(logged()).hasSize(2);
    assertThat(logged().getFirst())
        .contains("sandbox is failing", "sandbox=a1", "pod=shop/web-0", "reason=refused");
    assertThat(logged().getLast()).contains("sandbox recovered", "pod=shop/web-0");
  }

  @Test
  void vanishedSandboxDoesNotFail() {
    fails(FailureReason.VANISHED);
    assertThat(health.status(false).state()).isEqualTo(SandboxState.STARTING);
    assertThat(logged()).isEmpty();
  }

  @Test
  void stateHasTheTimeAtWhichItBegan() {
    time.pass(Duration.ofSeconds(5));
    fails(FailureReason.REFUSED);
    time.pass(Duration.ofSeconds(5));
    fails(FailureReason.STATUS);
    assertThat(health.status(false))
        .isEqualTo(
            new SandboxStatus(
                SandboxState.FAILING,
                FailureReason.STATUS,
                "by the test",
                Instant.EPOCH.plusSeconds(5)));
    health.paused();
    assertThat(health.status(true))
        .returns(SandboxState.BACKOFF, SandboxStatus::state)
        .returns(Instant.EPOCH.plusSeconds(10), SandboxStatus::since);
  }

  @Test
  void decisionOfThePolicyIsAState() {
    assertThat(health.status(false).state()).isEqualTo(SandboxState.STARTING);
    health.notScraped("its socket is a symbolic link");
    assertThat(health.status(false))
        .isEqualTo(
            new SandboxStatus(
                SandboxState.NOT_SCRAPED, null, "its socket is a symbolic link", Instant.EPOCH));
    health.starting();
    assertThat(health.status(false).state()).isEqualTo(SandboxState.STARTING);
    health.scrapable();
    assertThat(health.status(false).state()).isEqualTo(SandboxState.RUNNING);
  }

  @Test
  void decisionOfThePolicyDoesNotChangeFailingOrStuck() {
    fails(FailureReason.REFUSED);
    health.scrapable();
    assertThat(health.status(false).state()).isEqualTo(SandboxState.FAILING);
    health.stuck(SANDBOX);
    health.scrapable();
    health.starting();
    health.notScraped("by the test");
    assertThat(health.status(false).state()).isEqualTo(SandboxState.STUCK);
  }

  @Test
  void logLineOfAStuckSandboxStatesTheRemedy() {
    health.stuck(SANDBOX);
    assertThat(logged()).singleElement().asString().contains("restart the pod", "pod=shop/web-0");
    assertThat(health.status(true).state()).isEqualTo(SandboxState.STUCK);
  }
}

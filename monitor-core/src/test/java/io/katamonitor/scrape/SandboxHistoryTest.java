package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SandboxHistoryTest {
  private static final Sandbox SANDBOX =
      new Sandbox(new SandboxId("a1"), ShimRuntime.GO, Path.of("/a1"), null, Pod.UNKNOWN);

  private final SandboxHistory history = new SandboxHistory();
  private long now = Long.MAX_VALUE - 5; // As System.nanoTime, it may pass the largest number.

  private void fails(FailureReason reason) {
    history.record(SANDBOX, new ScrapeOutcome.Failure(reason, 1, "by the test"), now);
  }

  /** Passes time until the sandbox may be asked again, and says how many minutes that took. */
  private long minutesLeftAlone() {
    int seconds = 0;
    for (; history.isPaused(now); seconds++) {
      fails(FailureReason.BACKOFF);
      now += TimeUnit.SECONDS.toNanos(1);
    }
    return TimeUnit.SECONDS.toMinutes(seconds);
  }

  @Test
  void thePauseDoublesFromAMinuteToTen() {
    fails(FailureReason.TIMEOUT);
    fails(FailureReason.TIMEOUT);
    assertThat(history.isPaused(now)).isFalse();
    var pauses = new ArrayList<Long>();
    for (int i = 0; i < 6; i++) {
      fails(FailureReason.TIMEOUT);
      pauses.add(minutesLeftAlone());
    }
    assertThat(pauses).isEqualTo(List.of(1L, 2L, 4L, 8L, 10L, 10L));
  }

  @Test
  void aScrapeThatAskedBeforeThePauseDoesNotDoubleIt() {
    for (int i = 0; i < 5; i++) {
      fails(FailureReason.TIMEOUT);
      now += TimeUnit.SECONDS.toNanos(1);
    }
    // Two of the five came within the pause.
    now -= TimeUnit.SECONDS.toNanos(3);
    assertThat(minutesLeftAlone()).isEqualTo(1);
  }

  @Test
  void anAnswerEndsIt() {
    for (int i = 0; i < 3; i++) {
      fails(FailureReason.TIMEOUT);
    }
    minutesLeftAlone();
    history.record(SANDBOX, new ScrapeOutcome.Success(1, 1, 1), now);
    fails(FailureReason.TIMEOUT);
    fails(FailureReason.TIMEOUT);
    assertThat(history.isPaused(now)).isFalse();
    fails(FailureReason.TIMEOUT);
    assertThat(minutesLeftAlone()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureReason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"TIMEOUT", "BACKOFF"})
  void anotherFailureIsNoHanging(FailureReason other) {
    for (int i = 0; i < 10; i++) {
      fails(FailureReason.TIMEOUT);
      fails(FailureReason.TIMEOUT);
      fails(other);
      assertThat(history.isPaused(now)).isFalse();
    }
  }
}

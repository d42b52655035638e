package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SandboxBackoffTest {
  private final SandboxBackoff backoff = new SandboxBackoff();
  private long now = Long.MAX_VALUE - 5; // As System.nanoTime, it may pass the largest number.

  /** Advances time until the sandbox is scraped again; returns the minutes that took. */
  private long minutesPaused() {
    int seconds = 0;
    for (; backoff.isPaused(now); seconds++) {
      now += TimeUnit.SECONDS.toNanos(1);
    }
    return TimeUnit.SECONDS.toMinutes(seconds);
  }

  @Test
  void pauseDoublesFromOneMinuteToTen() {
    assertThat(backoff.requestTimedOut(now)).isFalse();
    assertThat(backoff.requestTimedOut(now)).isFalse();
    assertThat(backoff.isPaused(now)).isFalse();
    var pauses = new ArrayList<Long>();
    for (int i = 0; i < 6; i++) {
      assertThat(backoff.requestTimedOut(now)).isTrue();
      pauses.add(minutesPaused());
    }
    assertThat(pauses).isEqualTo(List.of(1L, 2L, 4L, 8L, 10L, 10L));
  }

  @Test
  void requestFromBeforeThePauseDoesNotDoubleIt() {
    for (int i = 0; i < 5; i++) {
      backoff.requestTimedOut(now);
    }
    assertThat(minutesPaused()).isEqualTo(1);
  }

  @Test
  void completeResponseInTimeEndsTheStreak() {
    for (int i = 0; i < 3; i++) {
      backoff.requestTimedOut(now);
    }
    minutesPaused();
    backoff.responseCompleted();
    backoff.requestTimedOut(now);
    backoff.requestTimedOut(now);
    assertThat(backoff.isPaused(now)).isFalse();
    backoff.requestTimedOut(now);
    assertThat(minutesPaused()).isEqualTo(1);
  }
}

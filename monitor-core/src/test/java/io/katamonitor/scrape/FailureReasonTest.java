package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The words of {@link FailureReason}, {@link SkipReason} and {@link SandboxState}: an interface.
 */
class FailureReasonTest {
  @Test
  void reasonsOfFailuresAreThoseOfTheSeries() {
    assertThat(Stream.of(FailureReason.values()).map(FailureReason::label))
        .containsExactly(
            "timeout",
            "refused",
            "denied",
            "vanished",
            "status",
            "too_large",
            "too_many_samples",
            "malformed",
            "memory");
  }

  @Test
  void amongSkippedSandboxesOnlyTheirOwnFaultsAreDown() {
    assertThat(Stream.of(SkipReason.values()).map(SkipReason::label))
        .containsExactly("starting", "not_scraped", "descriptors", "backoff", "stuck");
    assertThat(Stream.of(SkipReason.values()).filter(SkipReason::isDown))
        .containsExactly(SkipReason.BACKOFF, SkipReason.STUCK);
  }

  @Test
  void statesAreThoseOfTheSeries() {
    assertThat(Stream.of(SandboxState.values()).map(SandboxState::label))
        .containsExactly("starting", "running", "failing", "backoff", "stuck", "not_scraped");
  }
}

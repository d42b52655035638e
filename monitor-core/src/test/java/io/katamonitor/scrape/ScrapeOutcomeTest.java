package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScrapeOutcomeTest {
  @Test
  void aDetailIsCut() {
    var quoted = "x".repeat(8000);
    var longest = "x".repeat(ScrapeOutcome.Failure.MAX_DETAIL);
    assertThat(new ScrapeOutcome.Failure(FailureReason.MALFORMED, 1, quoted))
        .isEqualTo(new ScrapeOutcome.Failure(FailureReason.MALFORMED, 1, longest));
  }
}

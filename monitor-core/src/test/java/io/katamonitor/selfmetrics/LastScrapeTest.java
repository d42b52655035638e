package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.FailureReason;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LastScrapeTest {
  @Test
  void successHasNoFailure() {
    assertThat(new LastScrape(Instant.EPOCH, null, 1, 2, 3).failure()).isNull();
    assertThat(new LastScrape(Instant.EPOCH, FailureReason.TIMEOUT, 1, 0, 0).failure())
        .isEqualTo(FailureReason.TIMEOUT);
  }
}

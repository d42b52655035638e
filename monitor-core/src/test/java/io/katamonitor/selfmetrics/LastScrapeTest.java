package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.FailureReason;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LastScrapeTest {
  @Test
  void aSuccessHasNoFailure() {
    assertThat(new LastScrape(Instant.EPOCH, null).failure()).isNull();
    assertThat(new LastScrape(Instant.EPOCH, FailureReason.TIMEOUT).failure())
        .isEqualTo(FailureReason.TIMEOUT);
  }
}

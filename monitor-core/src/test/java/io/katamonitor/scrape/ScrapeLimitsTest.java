package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScrapeLimitsTest {
  @ParameterizedTest
  @CsvSource({"PT3S, 3 s", "PT0.2S, 200 ms", "PT1M30S, 90 s", "PT2.5S, 2500 ms"})
  void timeoutIsReadable(Duration timeout, String words) {
    assertThat(new ScrapeLimits(64, timeout.toNanos(), 1 << 22, 5000).scrapeTimeout())
        .isEqualTo(words);
  }
}

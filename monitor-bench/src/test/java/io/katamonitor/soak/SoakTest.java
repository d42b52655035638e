package io.katamonitor.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code bin/soak}, short. */
@Tag("system")
class SoakTest {
  private static final Path HOME = Path.of(System.getProperty("kata.monitor.home", ".."));

  @Test
  @Timeout(240)
  void noSamplesAreLostAndNothingGrowsWhileSandboxesStartStopAndFail() throws Exception {
    var report = Soak.run(HOME, Duration.ofSeconds(25), 100, System.currentTimeMillis() % 1000);

    System.out.print(report.text());
    assertThat(report.failures()).isEmpty();
    assertThat(report.scrapes()).isPositive();
  }

  @Test
  @Timeout(120)
  void thousandScrapesLeakNothing() throws Exception {
    var report = ManyScrapes.run(HOME, 10, 1000);

    System.out.print(report.text());
    assertThat(report.failures()).isEmpty();
    assertThat(report.scrapes()).isEqualTo(1000);
  }
}

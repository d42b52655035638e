package io.katamonitor.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/soak --attack}, short: each format once. */
@Tag("system")
class AttackTest {
  private static final Path HOME = Path.of(System.getProperty("kata.monitor.home", ".."));

  @ParameterizedTest
  @ValueSource(ints = {20, 160})
  @Timeout(180)
  void hostileGuestsCauseNoLossOfSamplesOfHonestGuests(int hostile) throws Exception {
    var report = Attack.run(HOME, hostile, 4, Attack.Seconds.CPU);

    System.out.print(report.text());
    assertThat(report.failures()).isEmpty();
    assertThat(report.scrapes()).isEqualTo(4);
  }
}

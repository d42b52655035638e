package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerLimitsTest {
  @Test
  void noHeadMayTakeMuchLongerThanItsTime() {
    assertThat(Duration.ofNanos(ServerLimits.DEFAULT.sweepNanos()))
        .isEqualTo(ServerLimits.DEFAULT.healthHeadTime().dividedBy(4))
        .isLessThan(ServerLimits.DEFAULT.headTime().dividedBy(10));
    var brief =
        new ServerLimits(
            8,
            Duration.ofMillis(200),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1));
    assertThat(Duration.ofNanos(brief.sweepNanos())).isEqualTo(Duration.ofMillis(50));
  }
}

package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DescriptorShortagesTest {
  @Test
  void eachIsCountedAndOnePerMinuteLogged() {
    var time = new ManualTime();
    var observer = new RecordingObserver();
    var shortages = new DescriptorShortages(observer, time);
    int logged = 0;
    for (int second = 0; second < 120; second++) {
      logged += shortages.report() ? 1 : 0;
      time.pass(Duration.ofSeconds(1));
    }
    assertThat(observer.shortages).isEqualTo(120);
    assertThat(logged).isEqualTo(2);
  }
}

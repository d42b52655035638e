package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTypeTest {
  private final DurationType type = new DurationType(Duration.ZERO);

  @ParameterizedTest
  @CsvSource({
    "3s, 3000",
    "0.5s, 500",
    ".5s, 500",
    "1m30s, 90000",
    "500ms, 500",
    "1h, 3600000",
    "1500us, 1",
    "24h, 86400000",
    "0, 0"
  })
  void durationsAreSpelledAsGoSpellsThem(String text, long millis) {
    assertThat(type.parse(text).toMillis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({"0, 0s", "0.5s, 500ms", "1m30s, 90s", "1500us, 1500us", "1ns, 1ns"})
  void formatIsReadAgainAsTheSame(String text, String formatted) {
    assertThat(type.format(type.parse(text))).isEqualTo(formatted);
    assertThat(type.parse(formatted)).isEqualTo(type.parse(text));
  }

  @Test
  void aMinimumIsKept() {
    var positive = new DurationType(Duration.ofMillis(2));
    assertThat(positive.parse("2ms")).isEqualTo(Duration.ofMillis(2));
    assertThatThrownBy(() -> positive.parse("1999us"))
        .hasMessage("expected a duration of at least 2ms");
  }
}

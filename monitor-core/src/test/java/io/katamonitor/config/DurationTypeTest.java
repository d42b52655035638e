package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  void durationsHaveTheSyntaxOfGo(String text, long millis) {
    assertThat(type.parse(text).toMillis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({"0, 0s", "0.5s, 500ms", "1m30s, 90s", "1500us, 1500us", "1ns, 1ns"})
  void formattedValueIsParsedToTheSame(String text, String formatted) {
    assertThat(type.format(type.parse(text))).isEqualTo(formatted);
    assertThat(type.parse(formatted)).isEqualTo(type.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0.000000001s, 1",
    "0.0000000019s, 1",
    "1.5us, 1500",
    "0.25h, 900000000000",
    "1.m, 60000000000",
    "0.000000001h, 3600",
    "23h59m59.999999999s, 86399999999999",
    "0000000000000000000000003s, 3000000000"
  })
  void fractionsAreReadToANanosecond(String text, long nanos) {
    assertThat(type.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".s", "1.2.3s", "..s", "3", "s", "-1s", "3x", "1s.", "3 s", "1e3s", "1..s"})
  void invalidDurationIsRejected(String text) {
    assertThatThrownBy(() -> type.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a duration such as 3s, 500ms or 1m30s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"24h1ns", "23h3601s", "99999999999999999999999999h", "9223372036854775808ns"})
  void moreThanADayIsRejected(String text) {
    assertThatThrownBy(() -> type.parse(text)).hasMessage("expected a duration of at most 24h");
  }

  @Test
  void minimumIsEnforced() {
    var positive = new DurationType(Duration.ofMillis(2));
    assertThat(positive.parse("2ms")).isEqualTo(Duration.ofMillis(2));
    assertThatThrownBy(() -> positive.parse("1999us"))
        .hasMessage("expected a duration of at least 2ms");
  }
}

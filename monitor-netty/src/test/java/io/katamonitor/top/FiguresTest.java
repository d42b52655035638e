package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({"0, 0.00", "0.004, 0.00", "0.005, 0.01", "0.999, 1.00", "12.5, 12.50"})
  void coresHaveTwoDecimals(double cores, String text) {
    assertThat(Figures.cores(cores)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "999, 999",
    "1000, 1.0Ki",
    "1048576, 1.0Mi",
    "10380902, 9.9Mi",
    "10454302, 10Mi",
    "536870912, 512Mi",
    "1500000000, 1.4Gi",
    "9e18, 7.8Ei",
  })
  void bytesHaveABinaryUnit(double bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.0123, 12ms", "0.9994, 999ms", "0.9996, 1.0s", "3, 3.0s"})
  void secondsOfAScrape(double seconds, String text) {
    assertThat(Figures.seconds(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 0s",
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "7199, 119m",
    "7200, 2h",
    "172799, 47h",
    "172800, 2d"
  })
  void agesAreInTheirLargestUnit(long seconds, String text) {
    assertThat(Figures.age(Duration.ofSeconds(seconds))).isEqualTo(text);
  }

  @Test
  void scrapeOfMoreThanTenMinutesAgoIsOld() {
    assertThat(Figures.scrapeAge(Duration.ofMinutes(10))).isEqualTo("10m");
    assertThat(Figures.scrapeAge(Duration.ofSeconds(601))).isEqualTo("10m old");
    assertThat(Figures.scrapeAge(null)).isEqualTo("-");
  }

  @Test
  void unknownValueIsADash() {
    assertThat(Figures.cores(Double.NaN)).isEqualTo("-");
    assertThat(Figures.bytes(Double.NaN)).isEqualTo("-");
    assertThat(Figures.percent(Double.NaN)).isEqualTo("-");
    assertThat(Figures.count(Double.NaN)).isEqualTo("-");
    assertThat(Figures.seconds(Double.NaN)).isEqualTo("-");
    assertThat(Figures.age(null)).isEqualTo("-");
  }

  @Test
  void percentAndCountAreWhole() {
    assertThat(Figures.percent(0.456)).isEqualTo("46%");
    assertThat(Figures.count(1024)).isEqualTo("1024");
  }
}

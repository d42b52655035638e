package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityValuesTest {
  @Test
  void readsRangesInTheirOrder() {
    var ranges = QualityValues.parse("Text/Plain;version=0.0.4; Q=0.5 , */*;q=0.1,gzip");

    assertThat(ranges)
        .extracting(QualityValues.Range::name)
        .containsExactly("text/plain", "*/*", "gzip");
    assertThat(ranges).extracting(QualityValues.Range::quality).containsExactly(0.5, 0.1, 1.0);
    assertThat(ranges.getFirst().parameter("version")).isEqualTo("0.0.4");
    assertThat(ranges.getFirst().parameter("vers")).isNull();
    assertThat(ranges.getFirst().parameter("q")).isNull();
  }

  @Test
  void parametersMayBeQuoted() {
    assertThat(QualityValues.parse("a;b=\"c\"").getFirst().parameter("b")).isEqualTo("c");
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "0,0",
    "0.001,0.001",
    "1.000,1",
    ".2,0.2",
    "1.001,0",
    "-1,0",
    "x,0",
    "NaN,0",
    "'',0",
    "1e-3,0",
    "0x1p-1,0",
    "1d,0",
    ".,0",
    "+0.5,0",
    "Infinity,0",
    "' 0.5 ',0.5"
  })
  void malformedQualitiesCountAsZero(String text, double quality) {
    assertThat(QualityValues.parse("a;q=" + text).getFirst().quality()).isEqualTo(quality);
  }

  @Test
  void noHeaderHasNoRanges() {
    assertThat(QualityValues.parse(null)).isEmpty();
    assertThat(QualityValues.parse(" ")).isEmpty();
  }

  @Test
  void readsThirtyTwoRangesAndIgnoresMore() {
    assertThat(QualityValues.parse("a,".repeat(32) + "b"))
        .hasSize(32)
        .extracting(QualityValues.Range::name)
        .doesNotContain("b");
  }
}

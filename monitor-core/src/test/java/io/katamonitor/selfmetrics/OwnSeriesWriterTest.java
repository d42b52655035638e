package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.exposition.FamilyType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OwnSeriesWriterTest {
  private final OwnSeriesWriter values = new OwnSeriesWriter();

  private static OwnFamily family(int series) {
    var family = OwnFamily.ofNode("kata_monitor_x", FamilyType.GAUGE, "X.");
    for (int i = 0; i < series; i++) {
      family.add("i", String.valueOf(i));
    }
    return family;
  }

  /** What is written for families of one series each. */
  private List<String> written(List<Consumer<OwnSeriesWriter>> numbers) {
    return OwnSeriesText.lines(
            body -> {
              var family = family(numbers.size());
              values.start();
              numbers.forEach(number -> number.accept(values));
              values.finish(family, body);
            })
        .stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .toList();
  }

  @Test
  void writesEveryLong() {
    var numbers = new ArrayList<Consumer<OwnSeriesWriter>>();
    var expected = new ArrayList<String>();
    for (long value : new long[] {0, 9, 10, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE}) {
      numbers.add(to -> to.number(value));
      expected.add(String.valueOf(value));
    }
    for (long value = 1; value < Long.MAX_VALUE / 10; value *= 10) {
      long power = value;
      numbers.add(to -> to.number(power));
      numbers.add(to -> to.number(power - 1));
      expected.add(String.valueOf(power));
      expected.add(String.valueOf(power - 1));
    }

    assertThat(written(numbers)).isEqualTo(expected);
  }

  @Test
  void writesDurationsWithAllTheirDecimals() {
    assertThat(
            written(
                List.of(
                    to -> to.seconds(0),
                    to -> to.seconds(1),
                    to -> to.seconds(1_500_000_000),
                    to -> to.seconds(Long.MAX_VALUE),
                    to -> to.milliseconds(1),
                    to -> to.milliseconds(9_999_999),
                    to -> to.milliseconds(Long.MAX_VALUE))))
        .containsExactly(
            "0.000000000",
            "0.000000001",
            "1.500000000",
            "9223372036.854775807",
            "0.000001",
            "9.999999",
            "9223372036854.775807");
  }

  @Test
  void writesTextAsItIs() {
    assertThat(written(List.of(to -> to.text("18446744073709551615"))))
        .containsExactly("18446744073709551615");
  }

  @Test
  void growsWithTheNumberOfSeries() {
    var numbers = new ArrayList<Consumer<OwnSeriesWriter>>();
    for (int i = 0; i < 1000; i++) {
      numbers.add(to -> to.number(Long.MIN_VALUE));
    }

    assertThat(written(numbers)).hasSize(1000).containsOnly("-9223372036854775808");
  }

  @Test
  void needsAValueForEachSeries() {
    assertThatThrownBy(() -> written(List.of(to -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("kata_monitor_x has 1 series, but got 0 values");
  }

  @Test
  void familyThatIsNotFinishedIsLeftOut() {
    assertThat(
            OwnSeriesText.lines(body -> {
              values.start();
              values.number(1);
              values.write(family(1), 2, body);
            }))
        .containsExactly(
            "# HELP kata_monitor_x X.", "# TYPE kata_monitor_x gauge", "kata_monitor_x{i=\"0\"} 2");
  }

  @Test
  void familyWithoutSeriesIsLeftOut() {
    assertThat(OwnSeriesText.lines(body -> values.finish(family(0), body))).isEmpty();
  }
}

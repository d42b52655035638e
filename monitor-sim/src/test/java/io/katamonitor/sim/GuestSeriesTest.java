package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GuestSeriesTest {
  private static final String ONE = "0123456789abcdef";
  private static final String OTHER = "fedcba9876543210";

  private static byte[] healthy(int order) {
    var text = new Text();
    var moment = Moment.of(1, 1.79e9, 1.79e9 + 900);
    BodyTemplate.read().write(text, moment, new SplittableRandom(order), new ArrayList<>());
    return text.toByteArray();
  }

  private static Set<String> series(byte[] body) {
    var series = new HashSet<String>();
    for (var line : List.of(new String(body, StandardCharsets.UTF_8).split("\n", -1))) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        series.add(line.substring(0, line.lastIndexOf(' ')));
      }
    }
    return series;
  }

  private static Set<String> without(Set<String> series, Set<String> others) {
    var rest = new HashSet<>(series);
    rest.removeAll(others);
    return rest;
  }

  @Test
  void sevenPercentOfTheSeriesAreUniqueToASandbox() {
    var usual = series(healthy(1));
    var one = series(GuestSeries.unique(healthy(1), 7, ONE));
    var other = series(GuestSeries.unique(healthy(1), 7, OTHER));
    assertThat(one).hasSameSizeAs(usual);
    assertThat(without(one, usual)).hasSize(usual.size() * 7 / 100);
    assertThat(without(one, other)).isEqualTo(without(one, usual));
    assertThat(without(one, usual)).allMatch(series -> series.contains("-0123456789ab\""));
  }

  @Test
  void orderOfFamiliesDoesNotChangeWhichSeriesAreUnique() {
    assertThat(series(GuestSeries.unique(healthy(1), 7, ONE)))
        .isEqualTo(series(GuestSeries.unique(healthy(2), 7, ONE)));
  }

  @Test
  void zeroPercentIsTheUsualBody() {
    assertThat(GuestSeries.unique(healthy(1), 0, ONE)).isEqualTo(healthy(1));
  }

  @Test
  void largestPercentageIsReached() {
    int percent = Fault.UniqueSeries.MAX_PERCENT;
    var usual = series(healthy(1));
    assertThat(without(series(GuestSeries.unique(healthy(1), percent, ONE)), usual))
        .hasSize(usual.size() * percent / 100);
    assertThatThrownBy(() -> Fault.parse("unique-series:" + (percent + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to " + percent);
    assertThatThrownBy(() -> Fault.parse("new-series:-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void addedSeriesAreNewAtEachScrape() {
    var usual = series(healthy(1));
    var first = without(series(GuestSeries.added(healthy(1), 5000, 1)), usual);
    var second = without(series(GuestSeries.added(healthy(1), 5000, 2)), usual);
    assertThat(first).hasSize(5000).doesNotContainAnyElementsOf(second);
    assertThat(second).hasSize(5000);
  }
}

package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScrapeDurationsTest {
  private static final String NAME = "kata_monitor_scrape_durations_histogram_milliseconds";

  private final ScrapeDurations durations = new ScrapeDurations();

  private void assertCounts(int upToOne, int upToTwo, int all, String sum) {
    assertThat(OwnSeriesText.lines(body -> durations.writeTo(body, new OwnSeriesWriter())))
        .contains(
            "# TYPE " + NAME + " histogram",
            NAME + "_bucket{le=\"1\"} " + upToOne,
            NAME + "_bucket{le=\"2\"} " + upToTwo,
            NAME + "_bucket{le=\"+Inf\"} " + all,
            NAME + "_sum " + sum,
            NAME + "_count " + all)
        .hasSize(2 + 11 + 2);
  }

  @Test
  void startsWithEmptyBuckets() {
    assertCounts(0, 0, 0, "0.000000");
  }

  @Test
  void durationBelongsToTheBucketsOfItsBoundAndAbove() {
    durations.observe(1_000_000);
    assertCounts(1, 1, 1, "1.000000");
    durations.observe(1_000_001);
    assertCounts(1, 2, 2, "2.000001");
    durations.observe(512_000_001);
    assertCounts(1, 2, 3, "514.000002");
  }
}

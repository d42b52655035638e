package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ScrapeOutcome;
import io.katamonitor.scrape.SkipReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SandboxSeriesTest {
  private static final String P = "kata_monitor_sandbox_";

  private static final long NOW = 7;

  private final SandboxSeries.Families families = new SandboxSeries.Families();
  private final SandboxSeries series = new SandboxSeries();

  private static List<String> samples(SandboxSeries.Families families, SandboxSeries series) {
    return samples(families, series, NOW);
  }

  private static List<String> samples(
      SandboxSeries.Families families, SandboxSeries series, long now) {
    return OwnSeriesText.lines(body -> series.writeTo(families, now, body, new OwnSeriesWriter()))
        .stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private List<String> samples() {
    return samples(families, series);
  }

  @Test
  void reportsTheLastScrape() {
    series.record(new ScrapeOutcome.Success(1_500_000, 84_000, 1278), NOW);

    assertThat(samples())
        .containsExactly(
            P + "response_bytes{} 84000",
            P + "samples{} 1278",
            P + "scrape_duration_seconds{} 0.001500000",
            P + "up{} 1");
  }

  @Test
  void failureIsCountedAndHasNoSamples() {
    series.record(new ScrapeOutcome.Success(1, 84_000, 1278), NOW);
    series.record(new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 2_000_000_000, "x"), NOW);

    assertThat(samples())
        .containsExactly(
            P + "response_bytes{} 0",
            P + "samples{} 0",
            P + "scrape_duration_seconds{} 2.000000000",
            P + "scrape_failures_total{reason=\"timeout\",} 1",
            P + "up{} 0");
    assertThat(series.last()).isNotNull().returns(FailureReason.TIMEOUT, LastScrape::failure);
  }

  @ParameterizedTest
  @EnumSource
  void sandboxThatIsNotRequestedIsDownOrHasNoSeries(SkipReason reason) {
    series.record(new ScrapeOutcome.Skipped(reason), NOW);

    assertThat(samples()).isEqualTo(reason.isDown() ? List.of(P + "up{} 0") : List.of());
    assertThat(series.last()).isNull();
  }

  @Test
  void sandboxesWithTheSameReasonsShareAFamily() {
    series.record(new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 1, "x"), NOW);
    var other = new SandboxSeries();
    other.record(new ScrapeOutcome.Failure(FailureReason.TOO_LARGE, 1, "x"), NOW);
    var both = new SandboxSeries();
    both.record(new ScrapeOutcome.Failure(FailureReason.TOO_LARGE, 1, "x"), NOW);
    both.record(new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 1, "x"), NOW);
    both.record(new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 1, "x"), NOW);

    assertThat(samples()).contains(P + "scrape_failures_total{reason=\"timeout\",} 1");
    assertThat(samples(families, other))
        .contains(P + "scrape_failures_total{reason=\"too_large\",} 1");
    assertThat(samples(families, both))
        .contains(
            P + "scrape_failures_total{reason=\"timeout\",} 2",
            P + "scrape_failures_total{reason=\"too_large\",} 1");
  }

  @Test
  void resultsOfTheLastScrapeAreOmittedAfterTenMinutes() {
    series.record(new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 1, "x"), NOW);
    long tenMinutes = 600_000_000_000L;

    assertThat(samples(families, series, NOW + tenMinutes - 1)).hasSize(5);
    assertThat(samples(families, series, NOW + tenMinutes))
        .containsExactly(P + "scrape_failures_total{reason=\"timeout\",} 1");
  }
}

package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HttpRequestSeriesTest {
  private final HttpRequestSeries series = new HttpRequestSeries();
  private final OwnSeriesWriter values = new OwnSeriesWriter();

  private List<String> samples() {
    return OwnSeriesText.lines(body -> series.writeTo(body, values)).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  @Test
  void hasNoSeriesBeforeTheFirstRequest() {
    assertThat(samples()).isEmpty();
  }

  @Test
  void countsByHandlerAndCodeInTheirOrder() {
    series.count("metrics", 503);
    series.count("metrics", 200);
    series.count("index", 200);
    assertThat(samples())
        .containsExactly(
            "kata_monitor_http_requests_total{handler=\"index\",code=\"200\"} 1",
            "kata_monitor_http_requests_total{handler=\"metrics\",code=\"200\"} 1",
            "kata_monitor_http_requests_total{handler=\"metrics\",code=\"503\"} 1");

    series.count("metrics", 200);
    series.count("metrics", 404);
    assertThat(samples())
        .contains(
            "kata_monitor_http_requests_total{handler=\"metrics\",code=\"200\"} 2",
            "kata_monitor_http_requests_total{handler=\"metrics\",code=\"404\"} 1");
  }
}

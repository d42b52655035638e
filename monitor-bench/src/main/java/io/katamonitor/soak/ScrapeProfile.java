package io.katamonitor.soak;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a scraper.
 *
 * @param gzip whether it accepts gzip
 * @param timeout in seconds, which it announces; null if it announces none
 * @param prefixes of the requested families; empty for all
 * @param promtoolEach one response of this many is also parsed by the real promtool; 0 for none
 */
record ScrapeProfile(
    String name,
    boolean gzip,
    boolean protobuf,
    @Nullable String timeout,
    List<String> prefixes,
    int promtoolEach) {
  /** The Accept headers of Prometheus 2.42, by default and with protobuf enabled. */
  private static final String TEXT =
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
          + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
          + TEXT;

  /**
   * Prometheus; one that requests some families as protobuf; curl; one that requests some families
   * as text.
   */
  static final List<ScrapeProfile> FOUR =
      List.of(
          new ScrapeProfile("prometheus", true, false, "10", List.of(), 0),
          new ScrapeProfile(
              "protobuf", true, true, "10", List.of("kata_hypervisor", "kata_shim"), 0),
          new ScrapeProfile("plain", false, false, null, List.of(), 20),
          new ScrapeProfile(
              "filtered", true, false, "6", List.of("kata_guest", "kata_shim_go"), 5));

  /** Two Prometheus servers and the others, except for the one with protobuf. */
  static final List<ScrapeProfile> TEXT_ONLY =
      List.of(FOUR.get(0), FOUR.get(0), FOUR.get(2), FOUR.get(3));

  HttpRequest request(Monitor monitor) {
    var query = prefixes.isEmpty() ? "" : "?filter_family=" + String.join(",", prefixes);
    URI uri = monitor.uri("/metrics" + query);
    // Longer than the timeout of any scraper: the monitor has to respond in time by itself.
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
    if (gzip) {
      request.header("Accept-Encoding", "gzip").header("Accept", protobuf ? PROTOBUF : TEXT);
    }
    if (timeout != null) {
      request.header("X-Prometheus-Scrape-Timeout-Seconds", timeout);
    }
    return request.build();
  }
}

package io.katamonitor.endpoint;

import io.katamonitor.server.Request;
import java.time.Duration;

/** How long who asks for metrics waits: Prometheus says so in a header, in seconds. */
final class ScraperTimeout {
  /** Where the scraper does not say. */
  private static final Duration DEFAULT = Duration.ofSeconds(10);

  private static final int LONGEST_SECONDS = 600;

  /** What it says less the offset is no shorter than this. */
  private static final Duration SHORTEST = Duration.ofMillis(50);

  private ScraperTimeout() {}

  /**
   * Within what time the request is to be answered.
   *
   * @param offset kept back from what the scraper says
   */
  static Duration of(Request request, Duration offset) {
    var header = request.headers().get("X-Prometheus-Scrape-Timeout-Seconds");
    if (header != null) {
      try {
        double seconds = Double.parseDouble(header.strip());
        if (seconds > 0) {
          var asked = Duration.ofMillis((long) (Math.min(seconds, LONGEST_SECONDS) * 1000));
          var less = asked.minus(offset);
          return less.compareTo(SHORTEST) < 0 ? SHORTEST : less;
        }
      } catch (NumberFormatException _) {
        // As if it were not there: a scraper that says nothing we can read waits as one that says
        // nothing.
      }
    }
    return DEFAULT;
  }
}

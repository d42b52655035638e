package io.katamonitor.endpoint;

import io.katamonitor.server.Request;
import java.time.Duration;

/** Deadline from the header {@code X-Prometheus-Scrape-Timeout-Seconds}. */
final class ScraperTimeout {
  /** Default for a scraper that sends no such header. */
  private static final Duration DEFAULT = Duration.ofSeconds(10);

  private static final int LONGEST_SECONDS = 600;

  /** Minimum, after the offset is subtracted. */
  private static final Duration SHORTEST = Duration.ofMillis(50);

  private ScraperTimeout() {}

  /**
   * The time within which the response has to start.
   *
   * @param offset subtracted from the header's value
   */
  static Duration of(Request request, Duration offset) {
    var header = request.headers().get("X-Prometheus-Scrape-Timeout-Seconds");
    if (header != null) {
      try {
        double seconds = Double.parseDouble(header.strip());
        if (seconds > 0) {
          var requested = Duration.ofMillis((long) (Math.min(seconds, LONGEST_SECONDS) * 1000));
          var less = requested.minus(offset);
          return less.compareTo(SHORTEST) < 0 ? SHORTEST : less;
        }
      } catch (NumberFormatException _) {
        // A malformed header counts as absent.
      }
    }
    return DEFAULT;
  }
}

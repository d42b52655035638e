package io.katamonitor.scrape;

/**
 * The outcome of one sandbox in one scrape. Callers use {@code instanceof} and not a switch: see
 * "Startup rules" in ARCHITECTURE.md.
 */
public sealed interface ScrapeOutcome {
  /** Nanoseconds from the request to the end of the response, or to the failure. */
  long durationNanos();

  /** Whether a scrape with this outcome has failed: a sandbox that has vanished is no error. */
  default boolean isFailed() {
    return this instanceof Failure failure && failure.reason() != FailureReason.VANISHED;
  }

  /**
   * The whole body arrived and is valid Prometheus text.
   *
   * @param bytes of the body, without HTTP framing
   * @param samples in the body, dropped families' included
   */
  record Success(long durationNanos, long bytes, int samples) implements ScrapeOutcome {}

  /**
   * Nothing of the body is used.
   *
   * @param detail one sentence for the log and the page, cut to {@value #MAX_DETAIL} characters: it
   *     may quote the shim's response, and one of each sandbox is kept
   */
  record Failure(FailureReason reason, long durationNanos, String detail) implements ScrapeOutcome {
    static final int MAX_DETAIL = 256;

    public Failure {
      if (detail.length() > MAX_DETAIL) {
        detail = detail.substring(0, MAX_DETAIL);
      }
    }
  }

  /** No request was sent to the shim. */
  record Skipped(SkipReason reason) implements ScrapeOutcome {
    @Override
    public long durationNanos() {
      return 0;
    }
  }
}

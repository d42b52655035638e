package io.katamonitor.scrape;

import java.util.Locale;

/**
 * Why a scrape got no samples of a sandbox though its shim was requested; the {@code reason} label
 * of {@code kata_monitor_sandbox_scrape_failures_total}. A sandbox whose shim is not requested has
 * a {@link SkipReason} instead.
 */
public enum FailureReason {
  /** No response, or not all of it, by the deadline. */
  TIMEOUT,
  /**
   * No connection: no socket, no process that listens on it, a reset, or a path too long for a
   * socket.
   */
  REFUSED,
  /** No permission on the socket (EACCES, EPERM). */
  DENIED,
  /** The sandbox's directory went away during the scrape. */
  VANISHED,
  /** A status other than 200. */
  STATUS,
  /** More bytes than {@code max-shim-response-bytes}. */
  TOO_LARGE,
  /** More samples than {@code max-shim-samples}. */
  TOO_MANY_SAMPLES,
  /** Not a whole HTTP response, or not Prometheus text 0.0.4. */
  MALFORMED,
  /** Rejected because the memory for all responses is used up. */
  MEMORY;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }
}

package io.katamonitor.scrape;

import java.util.Locale;

/** Why a scrape sent no request to a sandbox's shim. None of these is a failure. */
public enum SkipReason {
  /** It is booting. */
  STARTING,
  /** Its shim might abort on the request, and its pod with it. */
  NOT_SCRAPED,
  /** The monitor has no file descriptor left for the connection. */
  DESCRIPTORS,
  /** Several requests in a row have timed out. */
  BACKOFF,
  /**
   * A response began and never ended: each further request would start an endless loop in the shim.
   */
  STUCK;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }

  /**
   * Whether {@code kata_monitor_sandbox_up} is 0 meanwhile; otherwise the series is absent, since
   * the sandbox is not at fault.
   */
  public boolean isDown() {
    return this == BACKOFF || this == STUCK;
  }
}

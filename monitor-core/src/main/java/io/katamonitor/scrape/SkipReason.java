package io.katamonitor.scrape;

import java.util.Locale;

/** Why a scrape did not request a sandbox's shim. None of these is a failure. */
public enum SkipReason {
  /** It is booting. */
  STARTING,
  /** Its shim might abort on the request, and its pod with it. */
  NOT_SCRAPED,
  /** The monitor has no file descriptor left for the connection. */
  DESCRIPTORS,
  /** It let several requests in a row time out. */
  BACKOFF,
  /** A response began and never ended: a further request would add an endless loop to its shim. */
  STUCK;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }

  /**
   * Whether {@code kata_monitor_sandbox_up} is 0 meanwhile; it is absent where the sandbox itself
   * is not at fault.
   */
  public boolean isDown() {
    return this == BACKOFF || this == STUCK;
  }
}

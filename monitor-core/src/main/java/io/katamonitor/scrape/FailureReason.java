package io.katamonitor.scrape;

import java.util.Locale;

/** Why a sandbox gave no samples to a scrape; the {@code reason} label of the failures series. */
public enum FailureReason {
  /** Nothing, or not all of it, by the deadline. */
  TIMEOUT,
  /** No connection: no socket, nobody listening, a reset, or a path no socket can have. */
  REFUSED,
  /** The sandbox went away while it was asked. */
  VANISHED,
  /** A status other than 200. */
  STATUS,
  /** More bytes than one shim, or all of them, may send. */
  TOO_LARGE,
  /** Not a whole HTTP answer, or not Prometheus text. */
  MALFORMED,
  /** Not asked: it let the last requests time out. */
  BACKOFF,
  /** Not asked: its shim might abort, and its pod with it. */
  UNSAFE_HYPERVISOR;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }
}

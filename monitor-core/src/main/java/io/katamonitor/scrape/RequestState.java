package io.katamonitor.scrape;

/**
 * The states of a {@link MetricsRequest}. {@link ShimGate} admits at most one request of a sandbox
 * to {@link #REQUESTED}, {@link #HELD} or {@link #STUCK}.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>WAITING</td><td>the shim's earlier request has ended and a slot of
 *     max-concurrent-shims is free</td><td>REQUESTED</td></tr>
 * <tr><td>WAITING</td><td>the earlier request is older than scrape-timeout and stays
 *     open</td><td>FAILED ({@code timeout})</td></tr>
 * <tr><td>WAITING</td><td>the earlier request has ended, and the sandbox is stuck or in
 *     back-off</td><td>ABANDONED (skipped)</td></tr>
 * <tr><td>WAITING</td><td>the last client left, or its deadline passed</td><td>ABANDONED</td></tr>
 * <tr><td>REQUESTED</td><td>the response is whole</td><td>DONE</td></tr>
 * <tr><td>REQUESTED</td><td>the policy forbids the request; no descriptor by
 *     scrape-timeout</td><td>ABANDONED (skipped)</td></tr>
 * <tr><td>REQUESTED</td><td>no connection; the shim closed it too early</td><td>FAILED</td></tr>
 * <tr><td>REQUESTED</td><td>scrape-timeout passed, or the response is rejected: Go shim, request
 *     sent</td><td>HELD (failed for its clients)</td></tr>
 * <tr><td>REQUESTED</td><td>the same, any other</td><td>FAILED</td></tr>
 * <tr><td>REQUESTED</td><td>no client waits any more: Go shim, request sent, 1 s old</td><td>HELD</td></tr>
 * <tr><td>REQUESTED</td><td>the same, any other</td><td>ABANDONED</td></tr>
 * <tr><td>HELD</td><td>the response is whole</td><td>DONE (requested again at the next
 *     scrape)</td></tr>
 * <tr><td>HELD</td><td>the shim closed the connection; or 70 s passed without a byte of the
 *     response</td><td>FAILED</td></tr>
 * <tr><td>HELD</td><td>70 s passed and the response began</td><td>STUCK (connection
 *     closed)</td></tr>
 * <tr><td>WAITING, REQUESTED, HELD, STUCK</td><td>the sandbox's directory is gone or
 *     replaced</td><td>ABANDONED (failed as {@code vanished} for its clients)</td></tr>
 * </table>
 */
enum RequestState {
  /** Not sent yet: waits for the shim's earlier request to end, or for a slot. */
  WAITING,
  /** Has a slot: policy, connect (again while the backlog is full), response decoded. */
  REQUESTED,
  /** Its response is not wanted any more, but has not ended; has no slot. */
  HELD,
  /** Its response began and never ended: the sandbox is not scraped again. */
  STUCK,
  /** The whole response has arrived. */
  DONE,
  /** The response failed or was rejected. */
  FAILED,
  /** Ended without a result about the shim. */
  ABANDONED;

  /** Whether the table has a transition to {@code next}. */
  boolean canBecome(RequestState next) {
    return switch (this) {
      case WAITING -> next == REQUESTED || next == FAILED || next == ABANDONED;
      case REQUESTED -> next != WAITING && next != REQUESTED && next != STUCK;
      case HELD -> next == STUCK || next.isFinal();
      case STUCK -> next == ABANDONED;
      case DONE, FAILED, ABANDONED -> false;
    };
  }

  /** Whether the request was sent, or is about to be. */
  boolean isOpen() {
    return this == REQUESTED || this == HELD;
  }

  boolean isFinal() {
    return this == DONE || this == FAILED || this == ABANDONED;
  }
}

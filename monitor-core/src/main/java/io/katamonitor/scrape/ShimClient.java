package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;

/**
 * Asks one shim for its metrics. Called on, and answers on, the event loop; never from within
 * {@link #ask}.
 */
public interface ShimClient {
  /** A question under way. */
  interface Call {
    /**
     * Ends it: the shim's connection is closed, nothing more is heard of it. Harmless after its
     * end.
     */
    void cancel();
  }

  /**
   * Asks.
   *
   * @param limitNanos for the whole answer; past it {@link ShimAnswer#fail} is told {@link
   *     FailureReason#TIMEOUT}
   * @param answer is told what comes, and at last that it is complete or why it is not
   */
  Call ask(Sandbox sandbox, long limitNanos, ShimAnswer answer);
}

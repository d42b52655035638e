package io.katamonitor.soak;

import java.time.Duration;

/**
 * A simulated sandbox with the expectations of the monitor's responses. Written by the thread that
 * changes the node, read by those of the scrapers.
 */
final class Pod {
  /**
   * Time from a change to the first scrape that must show it: a scrape joins one that began up to 1
   * s before, a sandbox is found within 1 s, and this machine may be busy.
   */
  private static final Duration NOTICE = Duration.ofSeconds(4);

  /** The same after timeouts: three in a row cause a back-off of one minute. */
  private static final Duration PAUSE = Duration.ofSeconds(70);

  /** Time from its start to the first scrape that must have its pod labels. */
  private static final Duration LABELLED = Duration.ofSeconds(15);

  private static final long NEVER = Long.MAX_VALUE;

  private final String id;
  private final long began = System.nanoTime();
  private volatile long wellSince = System.nanoTime() + NOTICE.toNanos();
  private volatile long goneAt = NEVER;
  private volatile String fault = "";

  Pod(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  /** The current fault in the simulator's notation; empty for none. */
  String fault() {
    return fault;
  }

  /** Called before the node is notified. */
  void failing(String newFault) {
    wellSince = NEVER;
    fault = newFault;
  }

  /** Called once the node has done it. */
  void healed(boolean mayHaveTimedOut) {
    fault = "";
    wellSince = System.nanoTime() + (mayHaveTimedOut ? PAUSE : NOTICE).toNanos();
  }

  /** Called before the node is notified. */
  void ending() {
    wellSince = NEVER;
  }

  void ended() {
    goneAt = System.nanoTime();
  }

  /** Time from which on every scrape must have all of its samples; in the future if none must. */
  long wellSince() {
    return wellSince;
  }

  /** Whether a scrape that starts now must have all of its samples. */
  boolean isWell(long now) {
    return wellSince != NEVER && wellSince - now <= 0;
  }

  /** Whether a scrape that began then must have its pod's labels. */
  boolean isLabelled(long then) {
    return then - began > LABELLED.toNanos();
  }

  /** Whether a scrape that began then must not contain it any more. */
  boolean isForgotten(long then) {
    return goneAt != NEVER && then - goneAt > NOTICE.toNanos();
  }
}

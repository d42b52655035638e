package io.katamonitor.soak;

import java.time.Duration;

/**
 * A simulated sandbox and what may be asked of the monitor about it. Changed by the thread that
 * changes the node, read by the scrapers'.
 */
final class Pod {
  /**
   * From a change to the first scrape that must show it: a scrape joins one that began up to 1 s
   * before, a sandbox is found within 1 s, and this machine may be busy.
   */
  private static final Duration NOTICE = Duration.ofSeconds(4);

  /** The same after timeouts: three in a row are a minute's back-off. */
  private static final Duration PAUSE = Duration.ofSeconds(70);

  /** From its beginning to the first scrape that must know its pod. */
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

  /** The fault it has now, in the simulator's words; empty: none. */
  String fault() {
    return fault;
  }

  /** Called before the node is told. */
  void failing(String newFault) {
    wellSince = NEVER;
    fault = newFault;
  }

  /** Called once the node has done it. */
  void healed(boolean mayHaveTimedOut) {
    fault = "";
    wellSince = System.nanoTime() + (mayHaveTimedOut ? PAUSE : NOTICE).toNanos();
  }

  /** Called before the node is told. */
  void ending() {
    wellSince = NEVER;
  }

  void ended() {
    goneAt = System.nanoTime();
  }

  /** Since when every scrape must have all of its samples; some later time when none must. */
  long wellSince() {
    return wellSince;
  }

  /** Whether a scrape that begins now must have all of its samples. */
  boolean isWell(long now) {
    return wellSince != NEVER && wellSince - now <= 0;
  }

  /** Whether a scrape that began then must have its pod's labels. */
  boolean isLabelled(long then) {
    return then - began > LABELLED.toNanos();
  }

  /** Whether a scrape that began then must not know it any more. */
  boolean isForgotten(long then) {
    return goneAt != NEVER && then - goneAt > NOTICE.toNanos();
  }
}

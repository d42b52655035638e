package io.katamonitor.scrape;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The places of max-concurrent-shims: how many shims are asked at the same time, by all scrapes
 * together. Requests get a place in the order in which they came. A request that is slow loses its
 * place while others wait and nothing moves: where as many shims hang as may be asked at a time,
 * the others are asked nevertheless. Confined to the event loop.
 */
final class RequestSlots {
  /** Wants a place. */
  interface Request {
    /** False once it needs no place any more. */
    boolean isWaiting();

    /** It has a place; to be given back by {@link RequestSlots#release}. */
    void send();
  }

  /**
   * Without a place given back for so long, the requests that are under way are taken for hung.
   * Shims that are all slow, as on a busy node, are not made slower by that: some of them respond.
   */
  static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final int slots;
  private final Clock clock;
  private final Timer timer;
  private final Queue<Request> queue = new ArrayDeque<>();
  private final Set<Request> holders = new LinkedHashSet<>();
  private long movedNanos;
  private boolean granting;
  private boolean watching;

  RequestSlots(int slots, Clock clock, Timer timer) {
    this.slots = slots;
    this.clock = clock;
    this.timer = timer;
  }

  /** Queues a request; {@link Request#send} may be called from within. */
  void enqueue(Request request) {
    if (queue.isEmpty() && holders.isEmpty()) {
      movedNanos = clock.nanoTime();
    }
    queue.add(request);
    grant();
  }

  /** Gives the place of a request back; harmless when it has none. */
  void release(Request request) {
    if (holders.remove(request)) {
      movedNanos = clock.nanoTime();
      grant();
    }
  }

  private void grant() {
    if (granting) {
      return; // The loop below is running, and goes on.
    }
    granting = true;
    try {
      while (holders.size() < slots && !queue.isEmpty()) {
        var next = queue.remove();
        if (next.isWaiting()) {
          holders.add(next);
          next.send();
        }
      }
    } finally {
      granting = false;
    }
    if (!queue.isEmpty() && !watching) {
      watching = true;
      timer.schedule(this::releaseStalled, STALLED_NANOS);
    }
  }

  private void releaseStalled() {
    watching = false;
    if (clock.nanoTime() - movedNanos >= STALLED_NANOS) {
      holders.clear();
      movedNanos = clock.nanoTime();
    }
    grant();
  }
}

package io.katamonitor.scrape;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The slots of max-concurrent-shims: the number of shims that are requested at the same time, by
 * all scrapes together. Requests get slots in the order of their arrival. If some wait and no slot
 * was released for {@link #STALLED_NANOS}, all slots are freed, and the requests that had them
 * continue without one. So the others are sent even if as many shims hang as there are slots.
 * Confined to the event loop.
 */
final class RequestSlots {
  /** A request that needs a slot. */
  interface Request {
    /** Whether it still needs a slot. */
    boolean isWaiting();

    /** Called when it has got a slot, which {@link RequestSlots#release} gives back. */
    void send();
  }

  /**
   * If no slot is released for this long, the requests that have one are considered hung. Where
   * shims are merely slow, as on a busy node, some respond within this time, and nothing changes.
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

  /** Releases the slot of a request; no effect if it has none. */
  void release(Request request) {
    if (holders.remove(request)) {
      movedNanos = clock.nanoTime();
      grant();
    }
  }

  private void grant() {
    if (granting) {
      return; // Called from within the loop below, which continues.
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

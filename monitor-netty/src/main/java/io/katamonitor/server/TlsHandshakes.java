package io.katamonitor.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * The TLS handshakes in progress, of which there is a limited number. A handshake begins with the
 * first bytes of a client; one too many waits, with its bytes unread, in the order of arrival. It
 * starts when another one ends. While one waits, those that have taken longer than {@link
 * #PATIENCE} are closed: clients that start handshakes all the time and never end them take turns
 * of that length, and an honest client gets its own after those that came before it. To close the
 * oldest at once instead kept every honest client out beside 100 such clients.
 *
 * <p>Confined to the event loop.
 */
final class TlsHandshakes {
  /**
   * An honest handshake takes some milliseconds and a few round trips; where 64 others are computed
   * before it, on a busy machine, half a second.
   */
  static final Duration PATIENCE = Duration.ofMillis(750);

  /** Runs a task later on the event loop. */
  interface Scheduler {
    void schedule(Runnable task, long nanos);
  }

  private final int max;
  private final LongSupplier clock;
  private final Scheduler scheduler;

  /** When each began, by the clock; the oldest is first. */
  private final Map<ConnectionTable.Occupant, Long> inProgress = new LinkedHashMap<>();

  private final SequencedMap<ConnectionTable.Occupant, Runnable> waiting = new LinkedHashMap<>();
  private boolean isScheduled;
  private boolean isStarting;

  TlsHandshakes(int max, LongSupplier clock, Scheduler scheduler) {
    this.max = max;
    this.clock = clock;
    this.scheduler = scheduler;
  }

  /**
   * A client has sent the first bytes of a handshake.
   *
   * @param begin takes them, now or when there is room
   */
  void start(ConnectionTable.Occupant connection, Runnable begin) {
    waiting.put(connection, begin);
    startWaiting();
    closeSlow();
  }

  /** The handshake is done or has failed, or the connection is closed; harmless if it had none. */
  void end(ConnectionTable.Occupant connection) {
    waiting.remove(connection);
    if (inProgress.remove(connection) != null) {
      startWaiting();
    }
  }

  /** Whether the connection's handshake waits or goes on. */
  boolean contains(ConnectionTable.Occupant connection) {
    return inProgress.containsKey(connection) || waiting.containsKey(connection);
  }

  /** Not within itself: a handshake may fail, and so end, while it begins. */
  private void startWaiting() {
    if (isStarting) {
      return;
    }
    isStarting = true;
    try {
      while (inProgress.size() < max && !waiting.isEmpty()) {
        var next = waiting.pollFirstEntry();
        inProgress.put(next.getKey(), clock.getAsLong());
        next.getValue().run();
      }
    } finally {
      isStarting = false;
    }
  }

  /** Closes as many slow ones as others wait, and comes again for the next. */
  private void closeSlow() {
    if (waiting.isEmpty() || isScheduled) {
      return;
    }
    long now = clock.getAsLong();
    var slow = new ArrayList<ConnectionTable.Occupant>();
    long next = 0;
    for (var handshake : inProgress.entrySet()) {
      next = handshake.getValue() + PATIENCE.toNanos() - now;
      if (next > 0 || slow.size() == waiting.size()) {
        break;
      }
      slow.add(handshake.getKey());
    }
    for (var connection : slow) {
      connection.closeNow();
      end(connection);
    }
    if (!waiting.isEmpty()) {
      isScheduled = true;
      scheduler.schedule(
          () -> {
            isScheduled = false;
            closeSlow();
          },
          Math.max(next, PATIENCE.toNanos() / 50));
    }
  }
}

package io.katamonitor.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The TLS handshakes in progress, of which there is a limited number. A handshake begins with the
 * first bytes of a client; one too many waits, with its bytes unread, and starts when another one
 * ends. The waiting {@link ClientGroup}s take turns, in a group in order of arrival: however many
 * clients of one address wait, one of another address waits for one of their turns only.
 *
 * <p>While others wait, handshakes whose client has sent nothing for {@link #PATIENCE} are closed,
 * first those of the group with most in progress. So clients that start handshakes all the time and
 * never end them occupy a place for that long. Time in which a handshake waits for the server's
 * computation does not count: otherwise, on a machine without a free processor, every honest
 * handshake was closed. Closing the oldest at once instead blocked every honest client beside 100
 * such clients.
 *
 * <p>Confined to the event loop.
 */
final class TlsHandshakes {
  /** An honest client responds within a few round trips. */
  static final Duration PATIENCE = Duration.ofMillis(750);

  /** Runs a task later on the event loop. */
  interface Scheduler {
    void schedule(Runnable task, long nanos);
  }

  /** A connection whose client speaks TLS. */
  interface Client {
    /** The clients with which it shares its turns. */
    ClientGroup group();

    /**
     * Since when the handshake waits for the client.
     *
     * @param now returned while it waits for the server
     * @param began when the handshake began
     */
    long waitedForSinceNanos(long now, long began);

    /** Whether the client is known to have left before its handshake begins. */
    boolean hasLeft();

    /** Closes the connection at once. */
    void closeNow();
  }

  private final int max;
  private final LongSupplier clock;
  private final Scheduler scheduler;

  /** When each began, by the clock; the oldest is first. */
  private final Map<Client, Long> inProgress = new LinkedHashMap<>();

  private final Map<ClientGroup, Integer> inProgressOf = new HashMap<>();

  /** The group whose turn is next is first; no group is empty. */
  private final Map<ClientGroup, Map<Client, Runnable>> waiting = new LinkedHashMap<>();

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
   * @param begin begins the handshake, now or when there is room
   */
  void start(Client client, Runnable begin) {
    waiting.computeIfAbsent(client.group(), group -> new LinkedHashMap<>()).put(client, begin);
    startWaiting();
    closeSlow();
  }

  /** The handshake is done or has failed, or the connection is closed; harmless if it had none. */
  void end(Client client) {
    var group = client.group();
    var others = waiting.get(group);
    if (others != null && others.remove(client) != null && others.isEmpty()) {
      waiting.remove(group);
    }
    if (inProgress.remove(client) != null) {
      inProgressOf.computeIfPresent(group, (same, count) -> count == 1 ? null : count - 1);
      startWaiting();
    }
  }

  /** Whether the client's handshake waits or is under way. */
  boolean contains(Client client) {
    var others = waiting.get(client.group());
    return inProgress.containsKey(client) || (others != null && others.containsKey(client));
  }

  /** Not within itself: a handshake may fail, and so end, while it begins. */
  private void startWaiting() {
    if (isStarting) {
      return;
    }
    isStarting = true;
    try {
      while (inProgress.size() < max && !waiting.isEmpty()) {
        startNext();
      }
    } finally {
      isStarting = false;
    }
  }

  private void startNext() {
    var turn = waiting.entrySet().iterator().next();
    var group = turn.getKey();
    var clients = turn.getValue();
    waiting.remove(group);
    var next = clients.entrySet().iterator().next();
    clients.remove(next.getKey());
    if (!clients.isEmpty()) {
      waiting.put(group, clients); // Behind the others.
    }
    if (next.getKey().hasLeft()) {
      next.getKey().closeNow();
      return;
    }
    inProgress.put(next.getKey(), clock.getAsLong());
    inProgressOf.merge(group, 1, Integer::sum);
    next.getValue().run();
  }

  /** Closes as many slow ones as others wait, and reschedules itself for the next. */
  private void closeSlow() {
    if (waiting.isEmpty() || isScheduled) {
      return;
    }
    long now = clock.getAsLong();
    var slow = slow(now);
    for (int left = waitingClients(); left > 0 && !slow.isEmpty(); left--) {
      var client = ofLargestGroup(slow);
      slow.remove(client);
      client.closeNow();
      end(client);
    }
    if (!waiting.isEmpty()) {
      isScheduled = true;
      scheduler.schedule(
          () -> {
            isScheduled = false;
            closeSlow();
          },
          PATIENCE.toNanos() / 50);
    }
  }

  private int waitingClients() {
    int count = 0;
    for (var clients : waiting.values()) {
      count += clients.size();
    }
    return count;
  }

  /** Those whose clients were waited for too long, the oldest first. */
  private List<Client> slow(long now) {
    var slow = new ArrayList<Client>();
    for (var handshake : inProgress.entrySet()) {
      long since = handshake.getKey().waitedForSinceNanos(now, handshake.getValue());
      if (now - since >= PATIENCE.toNanos()) {
        slow.add(handshake.getKey());
      }
    }
    return slow;
  }

  /** The oldest of those whose group has most handshakes in progress. */
  private Client ofLargestGroup(List<Client> clients) {
    Client found = clients.getFirst();
    for (var client : clients) {
      if (inProgressOf(client) > inProgressOf(found)) {
        found = client;
      }
    }
    return found;
  }

  private int inProgressOf(Client client) {
    return inProgressOf.getOrDefault(client.group(), 0);
  }
}

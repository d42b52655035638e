package io.katamonitor.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The open connections, how many there may be, and which one makes room for a new one. Confined to
 * the event loop.
 *
 * <p>When all regular places are taken, the connection without a complete request that was silent
 * longest is closed; else the one whose client has not taken a byte of its response for longest, if
 * that is longer than {@link ServerLimits#evictionTime}; else the new connection gets a health
 * place. When these are taken too, the same rule is applied to them; else the new connection is
 * closed.
 *
 * <p>Each connection is charged {@link ServerLimits#CONNECTION_BYTES} from {@link #admit} to {@link
 * #remove}; the health places are charged once, when the table is made.
 */
final class ConnectionTable {
  private final ServerLimits limits;
  private final ConnectionMemory memory;
  private final LongSupplier clock;
  private final Set<Occupant> regular = new LinkedHashSet<>();
  private final Set<Occupant> health = new LinkedHashSet<>();
  private long responseBytes;

  /** What the table needs from a connection. */
  interface Occupant {
    /** Whether the client has no request that is being served. */
    boolean isWithoutRequest();

    /** When the client last sent something or was served, by the clock. */
    long silentSinceNanos();

    /** Nanoseconds for which a response waits and no byte of it was taken. */
    long stalledNanos(long now);

    /** Whether the client was too slow and is to be closed. */
    boolean isOver(long now);

    /** Closes the connection at once, without waiting for anything to be written. */
    void closeNow();
  }

  /** The kind of place that a new connection got. */
  enum Place {
    REGULAR,
    /** A regular place that another connection made free. */
    REGULAR_EVICTED,
    HEALTH,
    /** There is none; the new connection must be closed. */
    NONE
  }

  ConnectionTable(ServerLimits limits, ConnectionMemory memory, LongSupplier clock) {
    this.limits = limits;
    this.memory = memory;
    this.clock = clock;
    boolean reserved =
        memory.tryCharge((long) limits.healthPlaces() * ServerLimits.CONNECTION_BYTES);
    if (!reserved) {
      throw new IllegalArgumentException("no memory for the health places");
    }
  }

  /** Gives a new connection a place. */
  Place admit(Occupant connection) {
    long now = clock.getAsLong();
    if (regular.size() < limits.connections() && memory.tryCharge(ServerLimits.CONNECTION_BYTES)) {
      regular.add(connection);
      return Place.REGULAR;
    }
    var victim = candidate(regular, now);
    if (victim != null) {
      evict(victim);
      if (memory.tryCharge(ServerLimits.CONNECTION_BYTES)) {
        regular.add(connection);
        return Place.REGULAR_EVICTED;
      }
    }
    if (health.size() >= limits.healthPlaces()) {
      victim = candidate(health, now);
      if (victim == null) {
        return Place.NONE;
      }
      evict(victim);
    }
    health.add(connection);
    return Place.HEALTH;
  }

  /** Moves a connection from a health place to a regular one, if one is free. */
  boolean promote(Occupant connection) {
    if (!health.contains(connection)
        || regular.size() >= limits.connections()
        || !memory.tryCharge(ServerLimits.CONNECTION_BYTES)) {
      return false;
    }
    health.remove(connection);
    regular.add(connection);
    return true;
  }

  /**
   * Charges bytes of a response; closes the connections whose clients have not taken a byte for
   * longest, and longer than {@link ServerLimits#evictionTime}, until there is room.
   *
   * @return false, with nothing charged, where there is no room
   */
  boolean reserve(Occupant writer, long bytes) {
    while (bytes > ServerLimits.RESPONSE_BYTES - responseBytes || !memory.tryCharge(bytes)) {
      var victim = stalledLongest(regular, clock.getAsLong());
      if (victim == null || victim.equals(writer)) {
        return false;
      }
      evict(victim);
    }
    responseBytes += bytes;
    return true;
  }

  /** Releases the bytes of a response. */
  void release(long bytes) {
    responseBytes -= bytes;
    memory.release(bytes);
  }

  private @Nullable Occupant candidate(Set<Occupant> places, long now) {
    Occupant silent = null;
    for (var connection : places) {
      if (connection.isWithoutRequest()
          && (silent == null || connection.silentSinceNanos() - silent.silentSinceNanos() < 0)) {
        silent = connection;
      }
    }
    return silent != null ? silent : stalledLongest(places, now);
  }

  private @Nullable Occupant stalledLongest(Set<Occupant> places, long now) {
    Occupant stalled = null;
    long longest = limits.evictionTime().toNanos();
    for (var connection : places) {
      long nanos = connection.stalledNanos(now);
      if (nanos > longest) {
        longest = nanos;
        stalled = connection;
      }
    }
    return stalled;
  }

  private void evict(Occupant connection) {
    remove(connection);
    connection.closeNow();
  }

  /** The connection is closed, or is to be closed. */
  void remove(Occupant connection) {
    if (regular.remove(connection)) {
      memory.release(ServerLimits.CONNECTION_BYTES);
    } else {
      health.remove(connection);
    }
  }

  /** Closes the connections whose clients are too slow. */
  void sweep() {
    long now = clock.getAsLong();
    for (var connection : all()) {
      if (connection.isOver(now)) {
        connection.closeNow();
      }
    }
  }

  int size() {
    return regular.size() + health.size();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /** A copy: closing a connection changes the table. The oldest of either kind is first. */
  List<Occupant> all() {
    var all = new ArrayList<Occupant>(regular.size() + health.size());
    all.addAll(regular);
    all.addAll(health);
    return all;
  }
}

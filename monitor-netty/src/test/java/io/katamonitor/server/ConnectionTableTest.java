package io.katamonitor.server;

import static io.katamonitor.server.ConnectionTable.Place.HEALTH;
import static io.katamonitor.server.ConnectionTable.Place.NONE;
import static io.katamonitor.server.ConnectionTable.Place.REGULAR;
import static io.katamonitor.server.ConnectionTable.Place.REGULAR_EVICTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.memory.MemoryAccount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final ServerLimits LIMITS =
      new ServerLimits(2, 2, 3, SECOND, SECOND, SECOND, SECOND, SECOND, Duration.ofSeconds(5));

  private final MemoryAccount memory = new MemoryAccount("connections", 64 << 20);
  private final List<Fake> closed = new ArrayList<>();
  private long now;
  private final ConnectionTable table =
      new ConnectionTable(LIMITS, ConnectionMemory.of(memory), () -> now);

  private final class Fake implements ConnectionTable.Occupant {
    private boolean withoutRequest = true;
    private long silentSince = now;
    private long stalled;
    private boolean over;
    private long held;

    Fake serving(long stalledSeconds) {
      withoutRequest = false;
      stalled = Duration.ofSeconds(stalledSeconds).toNanos();
      return this;
    }

    @Override
    public boolean isWithoutRequest() {
      return withoutRequest;
    }

    @Override
    public long silentSinceNanos() {
      return silentSince;
    }

    @Override
    public long stalledNanos(long time) {
      return stalled;
    }

    @Override
    public boolean isOver(long time) {
      return over;
    }

    @Override
    public void closeNow() {
      closed.add(this);
      table.remove(this);
      table.release(held);
    }
  }

  private Fake connection() {
    now++;
    return new Fake();
  }

  @Test
  void connectionThatWasSilentLongestMakesRoom() {
    var first = connection();
    var second = connection();
    assertThat(table.admit(first)).isEqualTo(REGULAR);
    assertThat(table.admit(second)).isEqualTo(REGULAR);
    first.silentSince = ++now;

    assertThat(table.admit(connection())).isEqualTo(REGULAR_EVICTED);

    assertThat(closed).containsExactly(second);
  }

  @Test
  void connectionWithARequestIsNotClosedForItsSilence() {
    var serving = connection().serving(0);
    var idle = connection();
    table.admit(serving);
    table.admit(idle);

    assertThat(table.admit(connection())).isEqualTo(REGULAR_EVICTED);

    assertThat(closed).containsExactly(idle);
  }

  @Test
  void longestUnreadResponseIsEvictedWhenNoClientIsSilent() {
    var shorter = connection().serving(6);
    var longer = connection().serving(7);
    table.admit(shorter);
    table.admit(longer);

    assertThat(table.admit(connection())).isEqualTo(REGULAR_EVICTED);

    assertThat(closed).containsExactly(longer);
  }

  @Test
  void newcomerGetsAHealthPlaceWhenNobodyMakesRoomAndIsClosedWhenTheseAreTakenToo() {
    table.admit(connection().serving(5));
    table.admit(connection().serving(0));
    assertThat(table.admit(connection().serving(0))).isEqualTo(HEALTH);
    var silent = connection();
    assertThat(table.admit(silent)).isEqualTo(HEALTH);

    assertThat(table.admit(connection().serving(0))).isEqualTo(HEALTH);
    assertThat(closed).containsExactly(silent);
    assertThat(table.admit(connection())).isEqualTo(NONE);
    assertThat(closed).hasSize(1);
  }

  @Test
  void connectionOnAHealthPlaceIsPromotedWhenARegularOneIsFree() {
    var first = connection().serving(0);
    table.admit(first);
    table.admit(connection().serving(0));
    var onHealth = connection();
    table.admit(onHealth);
    assertThat(table.promote(onHealth)).isFalse();

    table.remove(first);

    assertThat(table.promote(onHealth)).isTrue();
    assertThat(table.promote(onHealth)).isFalse();
    assertThat(table.all()).hasSize(2);
  }

  @Test
  void placesAreChargedAndReleased() {
    long health = memory.usedBytes();
    assertThat(health).isEqualTo(2L * ServerLimits.CONNECTION_BYTES);
    var connections = new ArrayList<Fake>();
    for (int i = 0; i < 4; i++) {
      connections.add(connection().serving(0));
      table.admit(connections.getLast());
    }
    assertThat(memory.usedBytes()).isEqualTo(4L * ServerLimits.CONNECTION_BYTES);

    connections.forEach(table::remove);
    connections.forEach(table::remove);

    assertThat(memory.usedBytes()).isEqualTo(health);
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void newcomerWithoutMemoryTakesTheMemoryOfASilentOne() {
    var small =
        ConnectionMemory.of(new MemoryAccount("connections", 3L * ServerLimits.CONNECTION_BYTES));
    var table = new ConnectionTable(LIMITS, small, () -> now);
    var first = connection();
    assertThat(table.admit(first)).isEqualTo(REGULAR);

    assertThat(table.admit(connection())).isEqualTo(REGULAR_EVICTED);

    assertThat(closed).containsExactly(first);
    assertThatThrownBy(() ->
            new ConnectionTable(
                LIMITS, ConnectionMemory.of(new MemoryAccount("connections", 1)), () -> now))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void memoryOfAResponseIsTakenFromTheOneThatWasUnreadLongest() {
    var unread = connection().serving(6);
    var writer = connection().serving(9);
    table.admit(unread);
    table.admit(writer);

    assertThat(table.reserve(writer, ServerLimits.RESPONSE_BYTES)).isTrue();
    assertThat(closed).isEmpty();
    assertThat(table.reserve(writer, 1)).isFalse(); // It is the slowest itself.
    writer.stalled = 0;
    unread.held = 1; // What is given back when it is closed.
    table.release(1);
    table.reserve(unread, 1);
    assertThat(table.reserve(writer, 1)).isTrue();
    assertThat(closed).containsExactly(unread);
  }

  @Test
  void sweepClosesConnectionsWhoseTimeIsOver() {
    var slow = connection();
    slow.over = true;
    table.admit(slow);
    table.admit(connection());

    table.sweep();

    assertThat(closed).containsExactly(slow);
  }
}

package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TlsHandshakesTest {
  private static final long PATIENCE = TlsHandshakes.PATIENCE.toNanos();

  private long now;
  private final List<String> events = new ArrayList<>();
  private final List<Runnable> scheduled = new ArrayList<>();
  private final TlsHandshakes handshakes =
      new TlsHandshakes(2, () -> now, (task, nanos) -> scheduled.add(task));

  private final class Client implements TlsHandshakes.Client {
    private final String name;
    private final ClientGroup group;
    private boolean isComputed;
    private boolean hasLeft;

    Client(String name) {
      this.name = name;
      this.group = new ClientGroup(4, name.charAt(0));
    }

    @Override
    public ClientGroup group() {
      return group;
    }

    @Override
    public long waitedForSinceNanos(long time, long began) {
      return isComputed ? time : began;
    }

    @Override
    public boolean hasLeft() {
      return hasLeft;
    }

    @Override
    public void closeNow() {
      events.add("close " + name);
      handshakes.end(this);
    }
  }

  private Client start(String name) {
    var client = new Client(name);
    handshakes.start(client, () -> events.add(name));
    return client;
  }

  private void runScheduled() {
    var due = List.copyOf(scheduled);
    scheduled.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void oneTooManyWaitsForAnEndInTheOrderOfArrival() {
    var first = start("first");
    start("second");
    start("third");
    start("fourth");
    assertThat(events).containsExactly("first", "second");

    handshakes.end(first);
    handshakes.end(first);
    assertThat(events).containsExactly("first", "second", "third");
  }

  @Test
  void waitingClientThatDisconnectsIsNotStarted() {
    var first = start("first");
    start("second");
    handshakes.end(start("third"));
    start("fourth");
    handshakes.end(first);
    assertThat(events).containsExactly("first", "second", "fourth");
  }

  @Test
  void oldestOnesAreClosedAfterTheirTimeForThoseThatWait() {
    start("first");
    now += 1;
    start("second");
    now += PATIENCE;
    assertThat(scheduled).isEmpty();
    start("third");
    assertThat(events).containsExactly("first", "second", "close first", "third");
  }

  @Test
  void noConnectionIsClosedBeforeItsTime() {
    start("first");
    start("second");
    start("third");
    now += PATIENCE - 1;
    runScheduled();
    assertThat(events).containsExactly("first", "second");
    now += 1;
    runScheduled();
    assertThat(events).containsExactly("first", "second", "close first", "third");
    runScheduled();
    assertThat(scheduled).isEmpty();
  }

  @Test
  void handshakesThatFailAsTheyBeginDoNotNest() {
    var first = start("first");
    start("second");
    for (int i = 0; i < 100_000; i++) {
      var client = new Client("failing");
      handshakes.start(client, () -> handshakes.end(client));
    }
    handshakes.end(first);

    start("last");
    assertThat(events).containsExactly("first", "second", "last");
  }

  @Test
  void addressesTakeTurnsWhereOneHasManyClients() {
    var first = start("a1");
    var second = start("a2");
    start("a3");
    start("a4");
    start("b1");
    start("c1");
    handshakes.end(first);
    handshakes.end(second);
    assertThat(events).containsExactly("a1", "a2", "a3", "b1");
  }

  @Test
  void clientThatDisconnectedBeforeItsTurnIsClosedAndNotStarted() {
    var first = start("first");
    start("second");
    start("third").hasLeft = true;
    start("fourth");
    handshakes.end(first);
    assertThat(events).containsExactly("first", "second", "close third", "fourth");
  }

  @Test
  void timeInWhichTheServerComputesDoesNotCount() {
    start("first").isComputed = true;
    start("second");
    start("third");
    now += PATIENCE;
    runScheduled();
    assertThat(events).containsExactly("first", "second", "close second", "third");
  }

  @Test
  void slowOnesOfTheAddressWithMostInProgressAreClosed() {
    var many = new TlsHandshakes(3, () -> now, (task, nanos) -> scheduled.add(task));
    for (var name : List.of("honest", "a1", "a2", "a3")) {
      var client = new Client(name);
      many.start(client, () -> events.add(name));
    }
    now += PATIENCE;
    runScheduled();
    assertThat(events).containsExactly("honest", "a1", "a2", "close a1", "a3");
  }
}

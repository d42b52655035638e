package io.katamonitor.tls;

import static io.katamonitor.tls.Verdict.ADMITTED;
import static io.katamonitor.tls.Verdict.REJECTED;
import static io.katamonitor.tls.Verdict.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.server.ClientGroup;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Order of hashing and distribution of verdicts. */
class PasswordQueueTest {
  private static final ClientGroup ATTACKER = new ClientGroup(4, 2);
  private static final ClientGroup CLIENT = new ClientGroup(4, 1);

  private final ManualLoop loop = new ManualLoop();
  private final List<String> hashed = new ArrayList<>();
  private final List<String> results = new ArrayList<>();
  private final PasswordQueue queue =
      new PasswordQueue(
          loop,
          this::matches,
          (key, admitted) ->
              results.add(new String(key.array(), StandardCharsets.UTF_8) + " " + admitted));

  private boolean matches(byte[] password, String hash) {
    var text = new String(password, StandardCharsets.UTF_8);
    hashed.add(text);
    if (text.startsWith("broken")) {
      throw new IllegalStateException("broken");
    }
    return text.startsWith("right");
  }

  /** The verdicts so far, none or one. */
  private List<Verdict> submit(ClientGroup group, String password) {
    return submit(group, password, true);
  }

  private List<Verdict> submit(ClientGroup group, String password, boolean isUser) {
    var verdicts = new ArrayList<Verdict>();
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    queue.submit(
        loop.eventLoop(),
        group,
        new PasswordQueue.Attempt(ByteBuffer.wrap(bytes), bytes, "hash", isUser),
        verdicts::add);
    return verdicts;
  }

  private void workAll() {
    while (loop.tasks() > 0) {
      loop.work();
    }
  }

  @Test
  void rightPasswordOfAUserIsAdmittedAndOthersAreRejected() {
    var right = submit(CLIENT, "right");
    var wrong = submit(CLIENT, "wrong");
    var stranger = submit(CLIENT, "right of nobody", false);
    workAll();
    assertThat(right).containsExactly(ADMITTED);
    assertThat(wrong).containsExactly(REJECTED);
    assertThat(stranger).containsExactly(REJECTED);
    assertThat(results).containsExactly("right true", "wrong false", "right of nobody false");
  }

  @Test
  void onePasswordIsHashedAtATime() {
    submit(CLIENT, "a");
    submit(CLIENT, "b");
    submit(ATTACKER, "c");
    assertThat(loop.tasks()).isEqualTo(1);
    loop.work();
    assertThat(loop.tasks()).isEqualTo(1);
  }

  @Test
  void newcomerWaitsForOneHashOfAFlood() {
    for (int i = 0; i < 80; i++) {
      submit(ATTACKER, "guess " + i);
    }
    var newcomer = submit(CLIENT, "right");
    loop.work(); // The one that is being hashed when the newcomer comes.
    assertThat(newcomer).isEmpty();
    loop.work();
    assertThat(newcomer).containsExactly(ADMITTED);
    assertThat(hashed).containsExactly("guess 0", "right");
  }

  @Test
  void groupsTakeTurns() {
    var other = new ClientGroup(6, 3);
    for (int i = 0; i < 3; i++) {
      submit(ATTACKER, "a" + i);
    }
    submit(CLIENT, "b0");
    submit(CLIENT, "b1");
    submit(other, "c0");
    workAll();
    assertThat(hashed).containsExactly("a0", "b0", "c0", "a1", "b1", "a2");
  }

  @Test
  void groupHasAtMostItsShareOfPlaces() {
    var verdicts = new ArrayList<List<Verdict>>();
    for (int i = 0; i < PasswordQueue.MAX_PER_GROUP; i++) {
      verdicts.add(submit(ATTACKER, "guess " + i));
    }
    assertThat(verdicts).allMatch(List::isEmpty);
    assertThat(submit(ATTACKER, "one more")).containsExactly(UNAVAILABLE);
    assertThat(submit(CLIENT, "right")).isEmpty();
    loop.work();
    assertThat(submit(ATTACKER, "one more")).isEmpty();
  }

  @Test
  void fullQueueEvictsTheLargestGroupForASmallerOne() {
    var last = new ArrayList<List<Verdict>>();
    int attackers = PasswordQueue.MAX / PasswordQueue.MAX_PER_GROUP;
    for (int i = 0; i < PasswordQueue.MAX; i++) {
      last.add(submit(new ClientGroup(4, 100 + i % attackers), "guess " + i));
    }
    assertThat(last).allMatch(List::isEmpty);
    var newcomer = submit(CLIENT, "right");
    assertThat(newcomer).isEmpty();
    assertThat(last.stream().filter(it -> it.equals(List.of(UNAVAILABLE)))).hasSize(1);
    assertThat(last.getFirst()).isEmpty();
    workAll();
    assertThat(newcomer).containsExactly(ADMITTED);
    assertThat(last).allMatch(it -> it.size() == 1);
  }

  @Test
  void fullQueueOfSmallGroupsRejectsTheNewcomer() {
    for (int i = 0; i < PasswordQueue.MAX; i++) {
      assertThat(submit(new ClientGroup(4, 100 + i), "guess " + i)).isEmpty();
    }
    assertThat(submit(CLIENT, "right")).containsExactly(UNAVAILABLE);
  }

  @Test
  void equalAttemptsShareAHash() {
    var verdicts = new ArrayList<List<Verdict>>();
    for (int i = 0; i < 10; i++) {
      verdicts.add(submit(i % 2 == 0 ? CLIENT : ATTACKER, "right"));
    }
    loop.work();
    assertThat(verdicts).allMatch(it -> it.equals(List.of(ADMITTED)));
    assertThat(hashed).containsExactly("right");
    assertThat(loop.tasks()).isZero();
  }

  @Test
  void checkThatThrowsEndsItsWaitersAndTheNextIsHashed() {
    var broken = submit(CLIENT, "broken");
    var right = submit(CLIENT, "right");
    workAll();
    assertThat(broken).containsExactly(UNAVAILABLE);
    assertThat(right).containsExactly(ADMITTED);
    assertThat(results).containsExactly("right true");
  }

  @Test
  void rejectedTaskCompletesAllCallers() {
    loop.stopWorker();
    assertThat(submit(CLIENT, "right")).containsExactly(UNAVAILABLE);
    assertThat(submit(ATTACKER, "guess")).containsExactly(UNAVAILABLE);
  }

  @Test
  void waiterThatThrowsDoesNotAffectOthers() {
    byte[] bytes = "right".getBytes(StandardCharsets.UTF_8);
    queue.submit(
        loop.eventLoop(),
        CLIENT,
        new PasswordQueue.Attempt(ByteBuffer.wrap(bytes), bytes, "hash", true),
        verdict -> {
          throw new IllegalStateException("thrown by a waiter");
        });
    var other = submit(CLIENT, "right");
    var next = submit(CLIENT, "wrong");
    workAll();
    assertThat(other).containsExactly(ADMITTED);
    assertThat(next).containsExactly(REJECTED);
  }

  @Test
  void hashThatTakesTooLongEndsItsWaitersAndIsRememberedWhenItIsDone() {
    var hung = submit(CLIENT, "right");
    var behind = submit(CLIENT, "wrong");
    loop.pass(PasswordQueue.DEADLINE.minusMillis(1));
    assertThat(hung).isEmpty();
    loop.pass(Duration.ofMillis(1));
    assertThat(hung).containsExactly(UNAVAILABLE);
    assertThat(behind).containsExactly(UNAVAILABLE);
    loop.work();
    assertThat(results).containsExactly("right true");
    assertThat(loop.tasks()).isZero();
    var later = submit(ATTACKER, "right, too");
    loop.work();
    assertThat(later).containsExactly(ADMITTED);
  }
}

package io.katamonitor.tls;

import io.katamonitor.log.Log;
import io.katamonitor.server.ClientGroup;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passwords that wait to be hashed. One is hashed at a time, on an executor; client groups take
 * turns, and the next is the first one of the group whose turn it is. So a group that floods the
 * queue delays another group's first login by one hash at most, the one being computed. Equal
 * attempts that wait when a hash is done share its result.
 *
 * <p>A hash takes 70 ms at bcrypt's cost 10, 270 ms at 12 and twice that for each step more (C1
 * compiler, two busy cores): up to cost 13 a first login takes less than 2 s during an attack.
 *
 * <p>Every attempt gets one verdict, {@link Verdict#UNAVAILABLE} when its group or the queue is
 * full, when the check throws, or after 10 seconds. When the queue is full, the last attempt of the
 * largest group makes room for one of a smaller group.
 *
 * <p>Confined to one event loop, which also calls back.
 */
final class PasswordQueue {
  static final int MAX_PER_GROUP = 32;
  static final int MAX = 256;

  /** Maximum time that a client waits for a verdict. */
  static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final Log LOG = Log.of(PasswordQueue.class);

  /**
   * A password to check.
   *
   * @param key equal for equal names, passwords and hashes
   * @param isUser whether the user exists; otherwise even a match is rejected
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Attempt(ByteBuffer key, byte[] password, String hash, boolean isUser) {}

  /** Called for every computed hash, even if no client waits for it any more. */
  interface Results {
    void checked(ByteBuffer key, boolean admitted);
  }

  /** A client that waits for the verdict on an attempt. */
  private static final class Waiter {
    final EventLoop loop;
    final ClientGroup group;
    final Attempt attempt;
    private final Consumer<Verdict> verdict;
    private @Nullable Future<?> deadline;

    Waiter(EventLoop loop, ClientGroup group, Attempt attempt, Consumer<Verdict> verdict) {
      this.loop = loop;
      this.group = group;
      this.attempt = attempt;
      this.verdict = verdict;
    }

    void end(Verdict reached) {
      if (deadline != null) {
        deadline.cancel(false);
      }
      try {
        verdict.accept(reached);
      } catch (RuntimeException e) { // The others must still get their verdicts.
        LOG.error("a request could not be served", "error", e);
      }
    }
  }

  private final Executor hashing;
  private final PasswordCheck check;
  private final Results results;

  /** The group whose turn is next is first; no group's queue is empty. */
  private final Map<ClientGroup, Deque<Waiter>> groups = new LinkedHashMap<>();

  private int waiting;
  private boolean isHashing;

  /**
   * @param hashing gets one task at a time
   */
  PasswordQueue(Executor hashing, PasswordCheck check, Results results) {
    this.hashing = hashing;
    this.check = check;
    this.results = results;
  }

  /** Queues a password check. The verdict may be reached before this returns. */
  void submit(EventLoop loop, ClientGroup group, Attempt attempt, Consumer<Verdict> verdict) {
    assert loop.inEventLoop();
    var waiter = new Waiter(loop, group, attempt, verdict);
    if (!hasRoom(group)) {
      waiter.end(Verdict.UNAVAILABLE);
      return;
    }
    groups.computeIfAbsent(group, none -> new ArrayDeque<>()).add(waiter);
    waiting++;
    waiter.deadline =
        loop.schedule(() -> expire(waiter), DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    hashNext();
  }

  private boolean hasRoom(ClientGroup group) {
    int own = size(group);
    if (own >= MAX_PER_GROUP) {
      return false;
    }
    if (waiting < MAX) {
      return true;
    }
    var largest = largest();
    if (largest.size() <= own + 1) {
      return false;
    }
    var displaced = largest.getLast();
    remove(displaced);
    displaced.end(Verdict.UNAVAILABLE);
    return true;
  }

  private int size(ClientGroup group) {
    var queue = groups.get(group);
    return queue == null ? 0 : queue.size();
  }

  private Deque<Waiter> largest() {
    Deque<Waiter> largest = new ArrayDeque<>();
    for (var queue : groups.values()) {
      if (queue.size() > largest.size()) {
        largest = queue;
      }
    }
    return largest;
  }

  private void expire(Waiter waiter) {
    if (remove(waiter)) {
      waiter.end(Verdict.UNAVAILABLE);
    }
  }

  private boolean remove(Waiter waiter) {
    var queue = groups.get(waiter.group);
    if (queue == null || !queue.remove(waiter)) {
      return false;
    }
    waiting--;
    if (queue.isEmpty()) {
      groups.remove(waiter.group);
    }
    return true;
  }

  private void hashNext() {
    while (!isHashing && !groups.isEmpty()) {
      var next = groups.values().iterator().next().getFirst();
      isHashing = true;
      try {
        hashing.execute(() -> hash(next));
      } catch (RejectedExecutionException stopped) {
        isHashing = false;
        end(next.attempt.key(), Verdict.UNAVAILABLE);
      }
    }
  }

  /** Runs on the executor. Every waiter gets a verdict, even if the check throws. */
  private void hash(Waiter waiter) {
    var attempt = waiter.attempt;
    var verdict = Verdict.UNAVAILABLE;
    try {
      boolean matches = check.matches(attempt.password(), attempt.hash());
      verdict = matches && attempt.isUser() ? Verdict.ADMITTED : Verdict.REJECTED;
    } catch (RuntimeException e) {
      LOG.error("a password could not be checked", "error", e);
    } finally {
      report(waiter, verdict);
    }
  }

  private void report(Waiter waiter, Verdict verdict) {
    try {
      waiter.loop.execute(() -> hashed(waiter, verdict));
    } catch (RejectedExecutionException stopped) {
      LOG.debug("a login got no response: the server has stopped");
    }
  }

  /**
   * Delivers the result to the waiter, which was queued until now, and to others with the same
   * attempt.
   */
  private void hashed(Waiter waiter, Verdict verdict) {
    isHashing = false;
    if (verdict != Verdict.UNAVAILABLE) {
      results.checked(waiter.attempt.key(), verdict == Verdict.ADMITTED);
    }
    // The group's next turn comes after those of all others, including new ones.
    var queue = groups.remove(waiter.group);
    if (queue != null) {
      groups.put(waiter.group, queue);
    }
    end(waiter.attempt.key(), verdict);
    hashNext();
  }

  /** Delivers a verdict to all waiters of an attempt, in all groups. */
  private void end(ByteBuffer key, Verdict verdict) {
    var ended = new ArrayList<Waiter>();
    for (var queue : groups.values()) {
      for (var waiter : queue) {
        if (waiter.attempt.key().equals(key)) {
          ended.add(waiter);
        }
      }
    }
    ended.forEach(this::remove);
    for (var waiter : ended) {
      waiter.end(verdict);
    }
  }
}

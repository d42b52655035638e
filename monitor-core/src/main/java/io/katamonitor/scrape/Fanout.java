package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One scrape of sandboxes: all are asked, so many at a time. Any number of waiters share it; each
 * may leave before it is done, and takes with it what has arrived. When none is left, what is under
 * way is cancelled.
 *
 * <p>The answers live until the last waiter has released them. Confined to the event loop.
 */
public final class Fanout implements ShimAnswer.Owner {
  /** Somebody who wants the answers. */
  public interface Waiter {
    /** Every sandbox has answered, or failed. Never called from within {@link Scraper#scrape}. */
    void allSettled();
  }

  /** Without any answer for so long, the shims that are being asked are taken for hung. */
  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Scraper scraper;
  private final @Nullable Sandbox only;
  private final long beganNanos = System.nanoTime();
  private final List<ShimAnswer> answers = new ArrayList<>();
  private final Queue<ShimAnswer> toAsk = new ArrayDeque<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private long settledNanos = beganNanos;
  private int pending;
  private int asked;
  private int holders;
  private boolean failed;
  private boolean broughtToAnEnd;
  private boolean told;
  private boolean starting = true;

  /**
   * @param only the one sandbox that is wanted; null where all of the node are
   */
  Fanout(Scraper scraper, List<Sandbox> sandboxes, @Nullable Sandbox only) {
    this.scraper = scraper;
    this.only = only;
    for (var sandbox : sandboxes) {
      var answer = scraper.newAnswer(sandbox, this);
      answers.add(answer);
    }
    pending = answers.size();
  }

  /** Asks; sandboxes that must not be asked fail at once. */
  void start() {
    for (var answer : answers) {
      var reason = scraper.reasonNotToAsk(answer.sandbox());
      if (reason != null) {
        answer.fail(reason, "not asked");
      } else {
        toAsk.add(answer);
      }
    }
    askMore();
    starting = false;
  }

  private void askMore() {
    while (asked < scraper.limits().maxConcurrentShims() && !toAsk.isEmpty()) {
      var next = toAsk.remove();
      if (!next.isSettled()) {
        asked++;
        next.asking();
        next.askedBy(
            scraper.client().ask(next.sandbox(), scraper.limits().scrapeTimeoutNanos(), next));
      }
    }
  }

  @Override
  public void makeRoom(int textBytes) {
    scraper.makeRoom(textBytes);
  }

  @Override
  public void settled(ShimAnswer answer) {
    pending--;
    settledNanos = System.nanoTime();
    var outcome = answer.outcome();
    if (outcome instanceof ScrapeOutcome.Failure failure) {
      outcome = known(answer, failure);
    }
    if (outcome != null) {
      scraper.record(answer, outcome);
    }
    if (answer.wasAsked() && !answer.isPassedOver()) {
      noLongerCounted();
    }
    if (pending == 0 && !starting) {
      List.copyOf(waiters).forEach(Waiter::allSettled);
    }
  }

  /**
   * Where as many hang as may be asked at a time, the others must be asked nevertheless. Shims that
   * are all slow, as on a busy node, are not made slower by that: some of them answer.
   */
  @Override
  public boolean passOver() {
    if (System.nanoTime() - settledNanos < STUCK_NANOS) {
      return false;
    }
    noLongerCounted();
    return true;
  }

  private void noLongerCounted() {
    asked--;
    if (!starting) {
      askMore();
    }
  }

  @Override
  public void refused(ShimAnswer answer) {
    failed = true;
    var outcome = answer.outcome();
    if (outcome != null) {
      scraper.record(answer, outcome);
    }
  }

  /**
   * A shim that is gone with its folder did not fail: one look at a folder in memory, at a failure
   * of one that was asked only.
   */
  private ScrapeOutcome known(ShimAnswer answer, ScrapeOutcome.Failure failure) {
    if (answer.wasAsked() && Files.notExists(answer.sandbox().directory())) {
      return new ScrapeOutcome.Failure(
          FailureReason.VANISHED, failure.durationNanos(), "its folder is gone");
    }
    failed = true;
    return failure;
  }

  long ageNanos() {
    return System.nanoTime() - beganNanos;
  }

  /** Whether all answers have come, or are still waited for. */
  boolean isToBeHad() {
    return !broughtToAnEnd;
  }

  /** Whether it asks that one sandbox only, or, for null, all of the node. */
  boolean isOf(@Nullable Sandbox wanted) {
    return Objects.equals(only, wanted);
  }

  /** True once: for what is to be told once however many waiters there are. */
  boolean firstToTell() {
    boolean first = !told;
    told = true;
    return first;
  }

  public boolean isSettled() {
    return pending == 0;
  }

  /** Whether a sandbox failed, or has not answered. */
  public boolean hasFailures() {
    return failed || pending > 0;
  }

  /** Why the first sandbox that failed, or has not answered yet, did so; null where none has. */
  public @Nullable FailureReason firstFailure() {
    for (var answer : answers) {
      if (!answer.isSettled()) {
        return FailureReason.TIMEOUT;
      }
      if (answer.outcome() instanceof ScrapeOutcome.Failure failure) {
        return failure.reason();
      }
    }
    return null;
  }

  void join(Waiter waiter) {
    waiters.add(waiter);
    holders++;
  }

  /**
   * A waiter wants no more. Sandboxes that have not answered are counted as timed out if it had
   * waited until its deadline, once however many such waiters there are, and are no failure if it
   * went away before.
   */
  public void leave(Waiter waiter, boolean isLate) {
    if (!waiters.remove(waiter)) {
      return;
    }
    boolean isLast = waiters.isEmpty();
    if (isLast) {
      scraper.ended(this);
      broughtToAnEnd = pending > 0;
      toAsk.clear();
    }
    for (var answer : answers) {
      if (!answer.isSettled()) {
        if (isLast && !isLate) {
          answer.abandon();
        } else if (isLast) {
          answer.fail(FailureReason.TIMEOUT, "no whole answer within the scrape's time");
        } else if (isLate) {
          missed(answer);
        }
      }
    }
  }

  /** Failed for one waiter, but it may come yet for the others: no reason to leave it alone. */
  private void missed(ShimAnswer answer) {
    if (answer.miss()) {
      scraper.count(answer.sandbox(), answer.missed());
    }
  }

  /** Lets go of the answers; once for each waiter. */
  public void release() {
    if (--holders == 0) {
      answers.forEach(ShimAnswer::release);
      scraper.released(this);
    }
  }

  List<ShimAnswer> answers() {
    return answers;
  }

  /** The answer that takes most memory; null when none takes any. */
  @Nullable ShimAnswer largest() {
    ShimAnswer largest = null;
    int most = 0;
    for (var answer : answers) {
      if (answer.bytesHeld() > most) {
        most = answer.bytesHeld();
        largest = answer;
      }
    }
    return largest;
  }
}

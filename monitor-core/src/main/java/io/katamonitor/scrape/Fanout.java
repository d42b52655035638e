package io.katamonitor.scrape;

import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.usage.HostUsageReading;
import io.katamonitor.usage.HostUsageSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The concurrent requests of one scrape and its reading of the host's cgroups, shared by any number
 * of waiters. A sandbox is settled once it has a result. At its deadline a waiter gets what has
 * arrived, though not all may be settled. The samples live until the last waiter has released them.
 * Confined to the event loop.
 */
final class Fanout {
  private final @Nullable Sandbox only;
  private final boolean requestsShims;
  private final long beganNanos;
  private final List<SandboxResult> results = new ArrayList<>();
  private final List<Waiter> waiters = new ArrayList<>(1);
  private HostUsageReading hostUsage = HostUsageReading.NONE;
  private long templatesStarted;

  /** Results that are awaited, and the reading. */
  private int awaited;

  /** Those of them that have not come. */
  private int pending;

  private int holders;
  private boolean starting = true;
  private boolean isCutShort;
  private boolean dropsReported;
  private @Nullable SharedMerge merge;

  /**
   * A merge that clients share whatever their filters are, of the results that had come by then.
   */
  private record SharedMerge(boolean withOwn, int settled, MergedFamilies families) {}

  /**
   * @param only the one sandbox that is wanted; null for all of the node
   * @param requestsShims whether the shims are requested; otherwise there are own series only
   * @param beganNanos now, as of {@link Clock#nanoTime}
   */
  Fanout(@Nullable Sandbox only, boolean requestsShims, long beganNanos) {
    this.only = only;
    this.requestsShims = requestsShims;
    this.beganNanos = beganNanos;
  }

  /**
   * The template cache knows that it has started, and must be notified of its end.
   *
   * @param period to pass to {@code TemplateCache.scrapeEnded} then
   */
  void startedTemplates(long period) {
    templatesStarted = period;
  }

  long templatesStarted() {
    return templatesStarted;
  }

  /** Adds a sandbox, before the start. */
  void add(Sandbox sandbox, ShimGate gate) {
    results.add(new SandboxResult(sandbox, gate, this));
  }

  /** Starts all requests. Calls no waiter, though all may be settled when it returns. */
  void start(ScrapeObserver observer, HostUsageSource usage) {
    awaited = 1 + (requestsShims ? results.size() : 0);
    pending = awaited;
    if (requestsShims) {
      for (var result : results) {
        result.start(observer);
      }
    }
    usage.read(this::hostUsageRead);
    starting = false;
  }

  private void hostUsageRead(HostUsageReading reading) {
    hostUsage = reading;
    settled();
  }

  /** One more sandbox has its result, or the host's cgroups are read. */
  void settled() {
    if (--pending == 0 && !starting) {
      for (var waiter : List.copyOf(waiters)) {
        waiter.settled();
      }
    }
  }

  boolean isSettled() {
    return pending == 0;
  }

  /** Whether a scrape of {@code wanted} that comes at {@code now} may join. */
  boolean isJoinable(@Nullable Sandbox wanted, boolean withShims, long now, long joinNanos) {
    return !isCutShort
        && now - beganNanos < joinNanos
        && requestsShims == withShims
        && Objects.equals(only, wanted);
  }

  /** Whether it is of all sandboxes, not of one. */
  boolean isOfNode() {
    return only == null;
  }

  boolean requestsShims() {
    return requestsShims;
  }

  /** What the sandboxes use on the host; none until the reading has come. */
  HostUsageReading hostUsage() {
    return hostUsage;
  }

  /** Whether a client still waits for it. */
  boolean isWaitedFor() {
    return !waiters.isEmpty();
  }

  void join(Waiter waiter) {
    waiters.add(waiter);
    holders++;
  }

  /**
   * A waiter wants no more.
   *
   * @param isLate whether its deadline has passed: sandboxes without a result have failed for it
   */
  void leave(Waiter waiter, boolean isLate) {
    if (!waiters.remove(waiter) || pending == 0) {
      return;
    }
    boolean isLast = waiters.isEmpty();
    isCutShort |= isLast;
    for (var result : results) {
      if (isLate) {
        result.cutOff();
      }
      if (isLast) {
        result.abandon();
      }
    }
  }

  /** Lets go of the samples; once for each waiter. True when nobody holds them any more. */
  boolean release() {
    if (--holders > 0) {
      return false;
    }
    dropMerge();
    results.forEach(SandboxResult::release);
    return true;
  }

  /** Whether a sandbox has failed, or has no result and its deadline passes now. */
  boolean hasFailures() {
    for (var result : results) {
      if (result.outcomeNow() instanceof ScrapeOutcome.Failure failure
          && failure.reason() != FailureReason.VANISHED) {
        return true;
      }
    }
    return false;
  }

  /** The merge of the results so far that another client got, or null; the caller retains it. */
  @Nullable MergedFamilies sharedMerge(boolean withOwn) {
    var shared = merge;
    return shared != null && shared.withOwn() == withOwn && shared.settled() == awaited - pending
        ? shared.families()
        : null;
  }

  /** Keeps a merge for other clients, instead of one of fewer results. */
  void share(boolean withOwn, MergedFamilies families) {
    families.retain();
    dropMerge();
    merge = new SharedMerge(withOwn, awaited - pending, families);
  }

  private void dropMerge() {
    if (merge != null) {
      merge.families().release();
      merge = null;
    }
  }

  List<SandboxResult> results() {
    return results;
  }

  /** True once: for what is counted once however many waiters there are. */
  boolean markDropsReported() {
    boolean isFirst = !dropsReported;
    dropsReported = true;
    return isFirst;
  }
}

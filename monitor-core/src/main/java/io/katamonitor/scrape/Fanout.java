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
 * of waiters. A sandbox is settled once it has a result. At its deadline a waiter gets the results
 * so far, even if some sandboxes are not settled. The samples live until the last waiter has
 * released them. Confined to the event loop.
 */
final class Fanout {
  private final @Nullable Sandbox only;
  private final boolean requestsShims;
  private final long beganNanos;
  private final List<SandboxResult> results = new ArrayList<>();
  private final List<Waiter> waiters = new ArrayList<>(1);
  private HostUsageReading hostUsage = HostUsageReading.NONE;
  private long templatesStarted;

  /** Number of results that are awaited, plus one for the host reading. */
  private int awaited;

  /** How many of these are outstanding. */
  private int pending;

  private int holders;
  private boolean starting = true;
  private boolean isCutShort;
  private boolean dropsReported;
  private @Nullable SharedMerge merge;

  /**
   * A merge that clients share, regardless of their filters.
   *
   * @param settled number of results that it contains
   */
  private record SharedMerge(boolean withOwn, int settled, MergedFamilies families) {}

  /**
   * @param only the one sandbox that is scraped; null for all of the node
   * @param requestsShims whether the shims are requested; otherwise there are own series only
   * @param beganNanos now, as of {@link Clock#nanoTime}
   */
  Fanout(@Nullable Sandbox only, boolean requestsShims, long beganNanos) {
    this.only = only;
    this.requestsShims = requestsShims;
    this.beganNanos = beganNanos;
  }

  /**
   * Records that the template cache was notified of the start, so that it must be notified of the
   * end.
   *
   * @param period to pass to {@code TemplateCache.scrapeEnded}
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

  /** Starts all requests. Calls no waiter, even if all results are settled when it returns. */
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

  /** Called when one more sandbox has its result, and when the host's cgroups were read. */
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

  /** Whether a scrape of {@code wanted} that starts at {@code now} may join. */
  boolean isJoinable(@Nullable Sandbox wanted, boolean withShims, long now, long joinNanos) {
    return !isCutShort
        && now - beganNanos < joinNanos
        && requestsShims == withShims
        && Objects.equals(only, wanted);
  }

  /** Whether it scrapes all sandboxes and not one. */
  boolean isOfNode() {
    return only == null;
  }

  boolean requestsShims() {
    return requestsShims;
  }

  /** What the sandboxes use on the host; {@link HostUsageReading#NONE} until it was read. */
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
   * Removes a waiter. Without any, requests that are still open are abandoned.
   *
   * @param isLate whether its deadline has passed: sandboxes without a result have then failed for
   *     it
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

  /**
   * Releases the samples; called once for each waiter. Returns true if no other waiter holds them.
   */
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
      var outcome = result.outcomeNow();
      if (outcome != null && outcome.isFailed()) {
        return true;
      }
    }
    return false;
  }

  /**
   * A merge of exactly the present results that was made for another client, or null; the caller
   * retains it.
   */
  @Nullable MergedFamilies sharedMerge(boolean withOwn) {
    var shared = merge;
    return shared != null && shared.withOwn() == withOwn && shared.settled() == awaited - pending
        ? shared.families()
        : null;
  }

  /** Keeps a merge for other clients, in place of an earlier one. */
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

  /** Returns true once: drops are counted once, however many waiters there are. */
  boolean markDropsReported() {
    boolean isFirst = !dropsReported;
    dropsReported = true;
    return isFirst;
  }
}

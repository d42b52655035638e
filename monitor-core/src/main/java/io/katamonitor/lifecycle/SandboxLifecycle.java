package io.katamonitor.lifecycle;

import io.katamonitor.log.Log;
import io.katamonitor.sandbox.ListedSandbox;
import io.katamonitor.sandbox.RuntimeListing;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.scrape.Clock;
import io.katamonitor.scrape.ReachabilityListener;
import io.katamonitor.scrape.Timer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts sandboxes that appear, disappear and are lost. A sandbox that seems lost is verified by a
 * fresh listing of the container runtime; {@link Suspect} has the states. All sandboxes that are
 * due share one listing; if none seems lost, the runtime is not called.
 *
 * <p>Of sandboxes that are gone, {@value #MAX_GONE} are remembered, for 5 min. A sandbox whose pod
 * the runtime never reported is not counted as lost. Confined to the event loop, except that the
 * registry reports on any thread.
 */
public final class SandboxLifecycle implements SandboxRegistry.Listener, ReachabilityListener {
  private static final Log LOG = Log.of(SandboxLifecycle.class);

  /** Twice the sandboxes of a large node. */
  static final int MAX_GONE = 1000;

  private final RuntimeListing runtime;
  private final Clock clock;
  private final Timer timer;

  /** By id: all present sandboxes, and the most recent of those that are gone. */
  private final Map<SandboxId, Suspect> present = new LinkedHashMap<>();

  private final List<Suspect> gone = new ArrayList<>();
  private final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
  private long added;
  private long removed;
  private boolean isListing;
  private Timer.@Nullable Scheduled next;

  public SandboxLifecycle(RuntimeListing runtime, Clock clock, Timer timer) {
    this.runtime = runtime;
    this.clock = clock;
    this.timer = timer;
    for (var reason : LossReason.values()) {
      lost.put(reason, 0L);
    }
  }

  /** Number of sandboxes found since the start, including those found at the start. */
  public long added() {
    return added;
  }

  public long removed() {
    return removed;
  }

  /** Number of lost sandboxes, by the label of the reason. */
  public SortedMap<String, Long> lost() {
    var counts = new TreeMap<String, Long>();
    lost.forEach((reason, count) -> counts.put(reason.label(), count));
    return counts;
  }

  /** A socket refuses connections; ignored if it never accepted one before. */
  @Override
  public void refused(Sandbox sandbox) {
    var suspect = present.get(sandbox.id());
    if (suspect != null && suspect.wasReached() && suspect.pod().isKnown()) {
      suspect.notice(LossReason.SHIM_GONE, clock.nanoTime());
      wake();
    }
  }

  /** A shim accepted a connection. */
  @Override
  public void reached(Sandbox sandbox) {
    var suspect = present.get(sandbox.id());
    if (suspect != null) {
      suspect.reached();
    }
  }

  @Override
  public void added(Sandbox sandbox) {
    timer.execute(() -> {
      added++;
      // A directory that has reappeared under the same id was not lost.
      gone.removeIf(old -> old.sandbox().id().equals(sandbox.id()));
      present.put(sandbox.id(), new Suspect(sandbox));
      described(sandbox);
    });
  }

  @Override
  public void changed(Sandbox before, Sandbox after) {
    timer.execute(() -> {
      var suspect = present.get(after.id());
      if (suspect != null) {
        suspect.describe(after);
        described(after);
      }
    });
  }

  @Override
  public void removed(Sandbox sandbox) {
    timer.execute(() -> {
      removed++;
      var suspect = present.remove(sandbox.id());
      if (suspect != null && suspect.pod().isKnown()) {
        long now = clock.nanoTime();
        suspect.gone(now);
        suspect.notice(LossReason.DIRECTORY_GONE, now);
        remember(suspect, now);
        wake();
      }
    });
  }

  private void remember(Suspect suspect, long now) {
    gone.removeIf(old -> old.isForgettable(now));
    if (gone.size() == MAX_GONE) {
      gone.removeFirst();
    }
    gone.add(suspect);
  }

  /**
   * Records that the pod of a sandbox is known now: earlier sandboxes of the same pod are replaced
   * by it.
   */
  private void described(Sandbox newer) {
    var pod = newer.pod();
    if (pod.attempt() > 0 && !pod.uid().isEmpty()) {
      long now = clock.nanoTime();
      for (var suspect : all()) {
        if (suspect.pod().uid().equals(pod.uid()) && suspect.pod().attempt() < pod.attempt()) {
          suspect.notice(LossReason.REPLACED, now);
          wake();
        }
      }
    }
  }

  private List<Suspect> all() {
    var all = new ArrayList<>(present.values());
    all.addAll(gone);
    return all;
  }

  /** Schedules the next verification. */
  private void wake() {
    if (next != null) {
      next.cancel();
      next = null;
    }
    if (isListing) {
      return;
    }
    long now = clock.nanoTime();
    long wait = Long.MAX_VALUE;
    for (var suspect : all()) {
      if (suspect.noticed() != null) {
        wait = Math.min(wait, suspect.due() - now);
      }
    }
    if (wait != Long.MAX_VALUE) {
      next = timer.schedule(this::verify, Math.max(wait, 0));
    }
  }

  private void verify() {
    next = null;
    long now = clock.nanoTime();
    var due = new ArrayList<Suspect>();
    var uids = new HashSet<String>();
    for (var suspect : all()) {
      if (suspect.isDue(now)) {
        due.add(suspect);
        uids.add(suspect.pod().uid());
      }
    }
    if (due.isEmpty()) {
      wake();
      return;
    }
    isListing = true;
    runtime.list(
        uids,
        new RuntimeListing.Callback() {
          @Override
          public void listed(List<ListedSandbox> sandboxes) {
            for (var suspect : due) {
              count(suspect, suspect.verify(sandboxes, clock.nanoTime()));
            }
            listingEnded();
          }

          @Override
          public void failed() {
            for (var suspect : due) {
              suspect.notVerified(clock.nanoTime());
            }
            listingEnded();
          }
        });
  }

  private void listingEnded() {
    isListing = false;
    wake();
  }

  private void count(Suspect suspect, @Nullable LossReason reason) {
    if (reason != null) {
      lost.merge(reason, 1L, Long::sum);
      LOG.warn(
          "sandbox is lost",
          "sandbox",
          suspect.sandbox().id(),
          "pod",
          suspect.pod().fullName(),
          "reason",
          reason.label());
    }
  }
}

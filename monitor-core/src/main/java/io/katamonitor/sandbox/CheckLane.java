package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The directory checks of one storage root, in batches. The checks that are requested within one
 * turn of the event loop, or while a batch is under way, form the next batch. So a whole scrape
 * costs one handover to a file thread and one back.
 *
 * <p>A check that hangs (as on a hung mount) affects its own sandbox only: after {@link #PASS_OVER}
 * another thread goes on with the rest of the batch; after {@link #DEADLINE} it is decided as
 * {@code NOT_SCRAPED}, and so are further checks of that sandbox until the hung one returns. If
 * {@link #MAX_THREADS} checks of a root hang, the root counts as hung: no further check begins
 * there before one of them returns, and its sandboxes are not scraped. Earlier decisions are not
 * reused: the directory may have been replaced since.
 *
 * <p>Confined to the event loop.
 */
final class CheckLane {
  private static final Log LOG = Log.of(DirectoryScrapePolicy.class);

  /**
   * Time for one check before another thread continues with the rest; checks usually take
   * microseconds.
   */
  static final Duration PASS_OVER = Duration.ofMillis(100);

  /** Time for one check. */
  static final Duration DEADLINE = Duration.ofSeconds(1);

  private static final int STALLS_TO_DEADLINE = (int) (DEADLINE.toNanos() / PASS_OVER.toNanos());

  /** Threads that check one storage root. */
  static final int MAX_THREADS = 32;

  private final Executor threads;
  private final ScheduledExecutorService loop;
  private final Consumer<DirectoryCheck> whenReturned;

  /** The next batch; two requests for one sandbox share a check. */
  private final Map<ShimDirectory, DirectoryCheck> waiting = new LinkedHashMap<>();

  private final Set<ShimDirectory> hung = new HashSet<>();
  private @Nullable CheckBatch running;
  private @Nullable Future<?> tick;
  private int threadsInUse;
  private boolean isStartDue;
  private boolean isHungReported;

  /**
   * @param threads that make the checks
   * @param whenReturned called on the loop with each check of a thread that has returned
   */
  CheckLane(
      Executor threads, ScheduledExecutorService loop, Consumer<DirectoryCheck> whenReturned) {
    this.threads = threads;
    this.loop = loop;
    this.whenReturned = whenReturned;
  }

  /** Checks a directory with the next batch. */
  void check(ShimDirectory directory, Consumer<Decision> onLoop) {
    if (hung.contains(directory)) {
      onLoop.accept(Decision.NOT_SCRAPED);
      return;
    }
    var check = waiting.get(directory);
    if (check == null) {
      check = new DirectoryCheck(directory);
      waiting.put(directory, check);
    }
    check.add(onLoop);
    if (running == null && !isStartDue) {
      isStartDue = true;
      loop.execute(this::startBatch);
    }
  }

  /** Whether a check of the directory has not returned in time. */
  boolean isHung(ShimDirectory directory) {
    return hung.contains(directory);
  }

  private void startBatch() {
    isStartDue = false;
    if (running != null) {
      return;
    }
    var checks = new ArrayList<DirectoryCheck>(waiting.size());
    var refused = new ArrayList<DirectoryCheck>(0);
    for (var check : waiting.values()) {
      // An earlier check may have begun to hang since; a directory has one check at a time.
      (hung.contains(check.directory()) ? refused : checks).add(check);
    }
    waiting.clear();
    if (!checks.isEmpty()) {
      var batch = new CheckBatch(checks, this::returned);
      running = batch;
      run(batch);
    }
    refused.forEach(DirectoryCheck::complete);
  }

  private void run(CheckBatch batch) {
    if (threadsInUse == MAX_THREADS) {
      reportHung(batch);
      giveUp(batch);
      return;
    }
    try {
      threads.execute(batch);
      threadsInUse++;
      tickLater(batch);
    } catch (RejectedExecutionException e) {
      giveUp(batch); // It is closed.
    }
  }

  private void tickLater(CheckBatch batch) {
    tick = loop.schedule(() -> stalled(batch), PASS_OVER.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void reportHung(CheckBatch batch) {
    if (!isHungReported) {
      isHungReported = true;
      LOG.warn(
          "a storage root hangs: its sandboxes are not scraped",
          "directory",
          batch.checks().getFirst().directory().path().getParent());
    }
  }

  /** Decides the rest of a batch without a check; a check under way keeps its deadline. */
  private void giveUp(CheckBatch batch) {
    batch.abandon();
    for (var check : batch.checks()) {
      if (!check.isCompleted() && !check.hasBegun()) {
        check.complete();
      }
    }
    endOrWait(batch);
  }

  /** Called on a file thread when it has finished its part of the batch. */
  private void returned(CheckBatch batch) {
    try {
      loop.execute(() -> collect(batch));
    } catch (RejectedExecutionException e) {
      // The event loop has ended: no caller waits for the decisions.
    }
  }

  private void collect(CheckBatch batch) {
    threadsInUse--;
    isHungReported = false;
    for (var check : batch.checks()) {
      if (check.hasResult()) {
        hung.remove(check.directory());
        if (!check.isCompleted()) {
          check.complete();
        }
        whenReturned.accept(check);
      }
    }
    if (batch == running && batch.isCompleted()) {
      end();
    }
  }

  /** Called some time after a thread got the batch: passes over a check that hangs. */
  private void stalled(CheckBatch batch) {
    if (batch != running) {
      return;
    }
    for (var check : batch.checks()) {
      if (!check.isCompleted() && check.isRunning() && check.countStall() >= STALLS_TO_DEADLINE) {
        LOG.warn(
            "a directory check hangs: sandbox is not scraped",
            "directory",
            check.directory().path());
        hung.add(check.directory());
        check.complete();
      }
    }
    if (batch.hasMore()) {
      run(batch);
    } else {
      endOrWait(batch);
    }
  }

  private void endOrWait(CheckBatch batch) {
    if (batch.isCompleted()) {
      end();
    } else {
      tickLater(batch);
    }
  }

  private void end() {
    running = null;
    if (tick != null) {
      tick.cancel(false);
      tick = null;
    }
    startBatch();
  }
}

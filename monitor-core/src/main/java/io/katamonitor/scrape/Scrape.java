package io.katamonitor.scrape;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.merge.MergedFamilies;
import org.jspecify.annotations.Nullable;

/**
 * The result of a scrape for one client. The client releases it, once, when it has been sent or is
 * not needed. On the event loop.
 */
public final class Scrape {
  private final ScrapeService service;
  private final Fanout fanout;
  private final long beganNanos;
  private final boolean failed;
  private boolean isFinished;

  Scrape(ScrapeService service, Fanout fanout, long beganNanos, boolean failed) {
    this.service = service;
    this.fanout = fanout;
    this.beganNanos = beganNanos;
    this.failed = failed;
  }

  /** Whether a sandbox was gone before it gave samples. */
  public boolean hasVanishedSandbox() {
    for (var result : fanout.results()) {
      if (result.outcomeNow() instanceof ScrapeOutcome.Failure failure
          && failure.reason() == FailureReason.VANISHED) {
        return true;
      }
    }
    return false;
  }

  /** Why the first sandbox that gave no samples did not; null where all did. */
  public @Nullable ScrapeOutcome firstWithoutSamples() {
    for (var result : fanout.results()) {
      var outcome = result.outcomeNow();
      if (outcome != null && !(outcome instanceof ScrapeOutcome.Success)) {
        return outcome;
      }
    }
    return null;
  }

  /**
   * Merges the families of all sandboxes, and own series.
   *
   * @param wanted which families
   * @param withOwn whether own series are: those of the sandboxes, and of the node where all of it
   *     is scraped
   * @return for the caller to release
   */
  public MergedFamilies merge(FamilyPrefixes wanted, boolean withOwn)
      throws MemoryExhaustedException {
    var merged = service.merge(fanout, wanted, withOwn);
    // After own series were rendered: as upstream's, the histogram leaves out the current scrape.
    finish();
    return merged;
  }

  /** The samples are not needed any more. */
  public void release() {
    finish();
    service.release(fanout);
  }

  private void finish() {
    if (!isFinished) {
      isFinished = true;
      service.finished(beganNanos, failed);
    }
  }
}

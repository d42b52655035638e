package io.katamonitor.scrape;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.merge.MergedFamilies;
import org.jspecify.annotations.Nullable;

/**
 * The result of a scrape for one client. Its owner releases it once, after the response was sent or
 * is no longer needed. Confined to the event loop.
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

  /** Whether the directory of a sandbox vanished before its samples arrived. */
  public boolean hasVanishedSandbox() {
    for (var result : fanout.results()) {
      if (result.outcomeNow() instanceof ScrapeOutcome.Failure failure
          && failure.reason() == FailureReason.VANISHED) {
        return true;
      }
    }
    return false;
  }

  /** The outcome of the first sandbox without samples; null if all have samples. */
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
    // After own series were rendered: like upstream's, the histogram excludes the current scrape.
    finish();
    return merged;
  }

  /** Releases the samples. */
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

package io.katamonitor.scrape;

import io.katamonitor.aggregate.Exposition;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one client gets of a scrape. The client releases it, once, when it has been sent or is not
 * needed. On the event loop.
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
   * @param kept which families are wanted, by name
   * @param withOwn whether own series are
   * @return for the caller to release
   */
  public Exposition merge(Predicate<String> kept, boolean withOwn) {
    var merged = service.merge(fanout, kept, withOwn);
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

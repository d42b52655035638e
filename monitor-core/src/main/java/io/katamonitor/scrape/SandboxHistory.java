package io.katamonitor.scrape;

import io.katamonitor.aggregate.LabelText;
import io.katamonitor.log.Log;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the scrapes so far tell of one sandbox: whether it is to be left alone for a while, and what
 * to say when its state changes. Confined to the event loop.
 */
final class SandboxHistory {
  private static final Log LOG = Log.of(Scraper.class);

  /** SPEC 8.4: a Go shim whose guest sends malformed text spins for ever at each scrape. */
  private static final int TIMEOUTS_IN_A_ROW = 3;

  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private int timeouts;
  private Duration pause = Duration.ZERO;
  private long pausedUntil;
  private @Nullable FailureReason failing;

  private LabelText labels = LabelText.NONE;
  private @Nullable Pod labelled;

  /** Whether the sandbox is left alone at this time of {@link System#nanoTime}. */
  boolean isPaused(long now) {
    return timeouts >= TIMEOUTS_IN_A_ROW && now - pausedUntil < 0;
  }

  /**
   * Takes note of an outcome; logs when the sandbox begins to fail, fails otherwise, or recovers.
   */
  void record(Sandbox sandbox, ScrapeOutcome outcome, long now) {
    if (outcome instanceof ScrapeOutcome.Failure failure) {
      failed(sandbox, failure, now);
      return;
    }
    timeouts = 0;
    pause = Duration.ZERO;
    if (failing != null) {
      LOG.info("sandbox recovered", "sandbox", sandbox.id());
      failing = null;
    }
  }

  private void failed(Sandbox sandbox, ScrapeOutcome.Failure failure, long now) {
    var reason = failure.reason();
    if (reason == FailureReason.TIMEOUT) {
      // Within a pause it is that of a scrape which asked before: it must not make the pause
      // longer.
      if (!isPaused(now) && ++timeouts >= TIMEOUTS_IN_A_ROW) {
        pause = pause.isZero() ? FIRST_PAUSE : min(pause.multipliedBy(2), LONGEST_PAUSE);
        pausedUntil = now + pause.toNanos();
      }
    } else if (reason != FailureReason.BACKOFF) {
      timeouts = 0;
      pause = Duration.ZERO;
    }
    if (reason == FailureReason.VANISHED) {
      LOG.debug("sandbox vanished during its scrape", "sandbox", sandbox.id());
    } else if (reason != failing) {
      failing = reason;
      LOG.warn(
          "sandbox is failing",
          "sandbox",
          sandbox.id(),
          "reason",
          reason.label(),
          "detail",
          failure.detail());
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** The sandbox's labels, rendered anew only when its pod has changed. */
  LabelText labels(Sandbox sandbox) {
    if (!sandbox.pod().equals(labelled)) {
      labelled = sandbox.pod();
      labels = LabelText.of(sandbox);
    }
    return labels;
  }
}

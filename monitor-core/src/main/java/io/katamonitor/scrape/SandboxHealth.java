package io.katamonitor.scrape;

import io.katamonitor.log.Log;
import io.katamonitor.sandbox.Sandbox;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a sandbox as requests and directory checks show it, and the log lines about it: one
 * when it starts to fail, one when it recovers and one when it is stuck, even if the reason changes
 * meanwhile. Confined to the event loop.
 */
final class SandboxHealth {
  private static final Log LOG = Log.of(ScrapeService.class);

  private final Clock clock;
  private SandboxState state = SandboxState.STARTING;
  private Instant since;
  private @Nullable FailureReason reason;
  private @Nullable String detail;
  private boolean failureLogged;
  private Instant pausedSince;

  SandboxHealth(Clock clock) {
    this.clock = clock;
    since = clock.wallTime();
    pausedSince = since;
  }

  void succeeded(Sandbox sandbox) {
    become(SandboxState.RUNNING, null, null);
    if (failureLogged) {
      failureLogged = false;
      LOG.info("sandbox recovered", "sandbox", sandbox.id(), "pod", sandbox.pod().fullName());
    }
  }

  void failed(Sandbox sandbox, ScrapeOutcome.Failure failure) {
    if (failure.reason() == FailureReason.VANISHED) {
      LOG.debug("sandbox vanished during its scrape", "sandbox", sandbox.id());
      return;
    }
    become(SandboxState.FAILING, failure.reason(), failure.detail());
    if (!failureLogged) {
      failureLogged = true;
      LOG.warn(
          "sandbox is failing",
          "sandbox",
          sandbox.id(),
          "pod",
          sandbox.pod().fullName(),
          "reason",
          failure.reason().label(),
          "detail",
          failure.detail());
    }
  }

  /** Its directory shows that it is booting. */
  void starting() {
    if (state != SandboxState.STUCK) {
      become(SandboxState.STARTING, null, null);
    }
  }

  /**
   * Its directory shows that its shim may not be scraped.
   *
   * @param why one sentence
   */
  void notScraped(String why) {
    if (state != SandboxState.STUCK) {
      become(SandboxState.NOT_SCRAPED, null, why);
    }
  }

  /** It may be scraped, and accepted a connection on which nothing was sent. */
  void reached(Sandbox sandbox) {
    scrapable();
    if (state == SandboxState.FAILING
        && (reason == FailureReason.REFUSED || reason == FailureReason.DENIED)) {
      succeeded(sandbox);
    }
  }

  /** Its directory shows that its shim may be scraped; the state that requests have shown stays. */
  void scrapable() {
    if (state == SandboxState.STARTING || state == SandboxState.NOT_SCRAPED) {
      become(SandboxState.RUNNING, null, null);
    }
  }

  void stuck(Sandbox sandbox) {
    become(
        SandboxState.STUCK,
        FailureReason.TIMEOUT,
        "its shim began a response and did not end it within 70 s");
    LOG.error(
        "sandbox is stuck: its shim began a response and did not end it within 70 s; it is not"
            + " scraped again, because each request could add an endless loop to the shim; restart"
            + " the pod",
        "sandbox",
        sandbox.id(),
        "pod",
        sandbox.pod().fullName());
  }

  /** Back-off begins. */
  void paused() {
    pausedSince = clock.wallTime();
  }

  /**
   * The status now.
   *
   * @param isPaused whether the sandbox is in back-off
   */
  SandboxStatus status(boolean isPaused) {
    return isPaused && state != SandboxState.STUCK
        ? new SandboxStatus(SandboxState.BACKOFF, reason, detail, pausedSince)
        : new SandboxStatus(state, reason, detail, since);
  }

  private void become(SandboxState next, @Nullable FailureReason why, @Nullable String sentence) {
    if (state != next) {
      state = next;
      since = clock.wallTime();
    }
    reason = why;
    detail = sentence;
  }
}

package io.katamonitor.scrape;

import io.katamonitor.merge.SandboxLabels;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.template.TemplateHints;
import org.jspecify.annotations.Nullable;

/**
 * Admits one request at a time to a sandbox's shim, across scrapes, formats, clients and endpoints:
 * one is open, at most one more waits for it to end, and later scrapes share one of the two. Keeps
 * the state of the sandbox, such as back-off. Confined to the event loop.
 */
final class ShimGate implements MetricsRequest.Owner {
  private final ScrapeContext context;
  private final SandboxBackoff backoff = new SandboxBackoff();
  private final SandboxHealth health;
  private final TemplateHints hints = new TemplateHints();

  /** The open request: {@code REQUESTED}, {@code HELD} or {@code STUCK}. */
  private @Nullable MetricsRequest open;

  /** The request that waits for a slot, or for {@link #open} to end. */
  private @Nullable MetricsRequest next;

  /** Whether {@link #next} waits for a slot. */
  private boolean nextQueued;

  private SandboxLabels labels = SandboxLabels.NONE;
  private @Nullable Pod labelled;
  private boolean isConflictLogged;
  private boolean wasRequested;
  private long requestedNanos;

  ShimGate(ScrapeContext context) {
    this.context = context;
    health = new SandboxHealth(context.clock());
  }

  /** The outcome for a new client without a request; null if a request may be sent or shared. */
  @Nullable ScrapeOutcome outcomeWithoutRequest() {
    var current = open;
    if (current != null && current.state() == RequestState.STUCK) {
      return new ScrapeOutcome.Skipped(SkipReason.STUCK);
    }
    if (isPaused()) {
      return new ScrapeOutcome.Skipped(SkipReason.BACKOFF);
    }
    return current != null && current.isOverdue() ? overdueFailure() : null;
  }

  private static ScrapeOutcome.Failure overdueFailure() {
    return new ScrapeOutcome.Failure(
        FailureReason.TIMEOUT, 1, "an earlier request still has no whole response");
  }

  /** Lets a scrape share a request; it may be settled before this returns. */
  void subscribe(Sandbox sandbox, SandboxResult scrape) {
    var current = open;
    if (current != null && current.isShareable()) {
      scrape.waitFor(current);
    } else {
      scrape.waitFor(next(sandbox));
      startNext();
    }
  }

  /** Lets a raw client share a request; it may be settled before this returns. */
  void subscribeRaw(Sandbox sandbox, RawWaiter client) {
    var current = open;
    if (current != null && current.isShareableRaw()) {
      client.waitFor(current);
    } else {
      client.waitFor(next(sandbox));
      startNext();
    }
  }

  private MetricsRequest next(Sandbox sandbox) {
    var waiting = next;
    if (waiting == null) {
      waiting = new MetricsRequest(context, sandbox, hints, this);
      next = waiting;
      nextQueued = false;
    }
    return waiting;
  }

  private void startNext() {
    var waiting = next;
    if (waiting != null && open == null && !nextQueued) {
      nextQueued = true;
      context.slots().enqueue(waiting);
    }
  }

  @Override
  public void sent(MetricsRequest request) {
    wasRequested = true;
    requestedNanos = context.clock().nanoTime();
    open = request;
    next = null;
  }

  @Override
  public void responded() {
    backoff.responseCompleted();
  }

  @Override
  public void timedOut() {
    if (backoff.requestTimedOut(context.clock().nanoTime())) {
      health.paused();
    }
  }

  /** Fails the request that waits for its end. */
  @Override
  public void overdue(MetricsRequest request) {
    var waiting = next;
    if (waiting != null) {
      waiting.cancel(overdueFailure());
    }
  }

  @Override
  public void settled(MetricsRequest request, ScrapeOutcome outcome) {
    if (outcome instanceof ScrapeOutcome.Success) {
      health.succeeded(request.sandbox());
    } else if (outcome instanceof ScrapeOutcome.Failure failure) {
      health.failed(request.sandbox(), failure);
    } else if (outcome instanceof ScrapeOutcome.Skipped skipped) {
      skipped(request.sandbox(), skipped.reason());
    }
  }

  /** A shortage of descriptors says nothing about the sandbox. */
  private void skipped(Sandbox sandbox, SkipReason why) {
    if (why == SkipReason.STARTING) {
      checked(sandbox, Decision.STARTING);
    } else if (why == SkipReason.NOT_SCRAPED) {
      checked(sandbox, Decision.NOT_SCRAPED);
    }
  }

  /** Whether a request was sent within so many nanoseconds. */
  boolean wasRequestedWithin(long nanos) {
    return wasRequested && context.clock().nanoTime() - requestedNanos < nanos;
  }

  /** The shim accepted a connection without a request. */
  void reached(Sandbox sandbox) {
    health.reached(sandbox);
  }

  /** A connection without a request failed. */
  void unreachable(Sandbox sandbox, FailureReason reason, String detail) {
    health.failed(sandbox, new ScrapeOutcome.Failure(reason, 0, detail));
  }

  /** Its directory was checked. */
  void checked(Sandbox sandbox, Decision decision) {
    if (decision == Decision.STARTING) {
      health.starting();
    } else if (decision == Decision.NOT_SCRAPED) {
      health.notScraped(context.policy().whyNotScraped(sandbox));
    } else {
      health.scrapable();
    }
  }

  @Override
  public void ended(MetricsRequest request) {
    if (request == next) {
      next = null;
      return;
    }
    if (request.state() == RequestState.STUCK) {
      health.stuck(request.sandbox());
    } else {
      open = null;
    }
    var waiting = next;
    if (waiting == null) {
      return;
    }
    var refused = outcomeWithoutRequest();
    if (refused == null) {
      startNext();
    } else {
      waiting.cancel(refused);
    }
  }

  /**
   * Called when the directory is gone or replaced: a new sandbox inherits no state from the old
   * one.
   */
  void vanished() {
    var waiting = next;
    var current = open;
    next = null;
    if (waiting != null) {
      waiting.vanished();
    }
    if (current != null) {
      current.vanished();
    }
  }

  SandboxStatus status() {
    return health.status(isPaused());
  }

  private boolean isPaused() {
    return backoff.isPaused(context.clock().nanoTime());
  }

  /** Returns true once: a conflict is logged once per sandbox. */
  boolean markConflictLogged() {
    boolean isFirst = !isConflictLogged;
    isConflictLogged = true;
    return isFirst;
  }

  /** The sandbox's labels, encoded again only if its pod has changed. */
  SandboxLabels labels(Sandbox sandbox) {
    if (!sandbox.pod().equals(labelled)) {
      labelled = sandbox.pod();
      labels = SandboxLabels.of(sandbox);
    }
    return labels;
  }
}

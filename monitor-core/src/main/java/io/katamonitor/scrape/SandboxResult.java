package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.template.DecodedBody;
import org.jspecify.annotations.Nullable;

/** The result of one sandbox for one fan-out. Confined to the event loop. */
final class SandboxResult implements SharedResult.Subscriber {
  private final Sandbox sandbox;
  private final ShimGate gate;
  private final Fanout fanout;
  private @Nullable MetricsRequest request;
  private @Nullable ScrapeOutcome outcome;
  private boolean owesRelease;

  SandboxResult(Sandbox sandbox, ShimGate gate, Fanout fanout) {
    this.sandbox = sandbox;
    this.gate = gate;
    this.fanout = fanout;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  ShimGate gate() {
    return gate;
  }

  /** Starts a request or shares an open one; the result may be settled when this returns. */
  void start(ScrapeObserver observer) {
    var known = gate.outcomeWithoutRequest();
    if (known == null) {
      gate.subscribe(sandbox, this);
    } else {
      observer.sandboxScraped(sandbox.id(), known);
      settled(known);
    }
  }

  void waitFor(MetricsRequest shared) {
    request = shared;
    shared.result().subscribe(this);
  }

  boolean isSettled() {
    return outcome != null;
  }

  /** Null until there is a result. */
  @Nullable ScrapeOutcome outcome() {
    return outcome;
  }

  @Override
  public void settled(ScrapeOutcome result) {
    outcome = result;
    owesRelease = result instanceof ScrapeOutcome.Success;
    fanout.settled();
  }

  @Override
  public void takenBack(ScrapeOutcome result) {
    outcome = result;
  }

  @Override
  public boolean isWaiting() {
    return fanout.isWaitedFor();
  }

  /** Called when a client's deadline has passed while others still wait. */
  void cutOff() {
    if (outcome == null && request != null) {
      request.result().reportCutOff(request.cutOffOutcome());
    }
  }

  /** The outcome for a client whose deadline passes now. */
  @Nullable ScrapeOutcome outcomeNow() {
    return outcome != null || request == null ? outcome : request.cutOffOutcome();
  }

  /** Called when no client waits any more. */
  void abandon() {
    var shared = request;
    if (outcome == null && shared != null) {
      outcome = shared.cutOffOutcome();
      request = null;
      shared.leave(this);
    }
  }

  /** The samples; null if there are none. */
  @Nullable DecodedBody body() {
    return outcome instanceof ScrapeOutcome.Success && request != null
        ? request.result().body()
        : null;
  }

  /** Drops the samples because there is no memory to merge them. */
  ScrapeOutcome rejectForMemory(String detail) {
    long elapsed = outcome instanceof ScrapeOutcome.Success success ? success.durationNanos() : 1;
    release();
    var failure = new ScrapeOutcome.Failure(FailureReason.MEMORY, elapsed, detail);
    outcome = failure;
    return failure;
  }

  /** Releases the samples; called once. */
  void release() {
    var shared = request;
    request = null;
    if (shared != null && owesRelease) {
      shared.result().release();
    }
  }
}

package io.katamonitor.scrape;

import org.jspecify.annotations.Nullable;

/**
 * One client that waits for a shim's unchanged body, with a deadline of its own. Its listener is
 * called once, on the event loop, unless {@link #cancel} was called before.
 */
public final class RawWaiter implements SharedResult.RawSubscriber {
  /** The client. Never called from within the request. */
  public interface Listener {
    /** The whole body; the listener releases it. */
    void body(RawBody body);

    /** There is no body: the request failed, or no request was sent. */
    void failed(ScrapeOutcome outcome);
  }

  private final ScrapeService service;
  private final Timer timer;
  private final Listener listener;
  private final long beganNanos;
  private @Nullable MetricsRequest request;
  private Timer.@Nullable Scheduled deadline;
  private boolean done;

  RawWaiter(ScrapeService service, Timer timer, Listener listener, long beganNanos) {
    this.service = service;
    this.timer = timer;
    this.listener = listener;
    this.beganNanos = beganNanos;
  }

  void start(long timeoutNanos) {
    deadline = timer.schedule(this::deadlinePassed, timeoutNanos);
  }

  void waitFor(MetricsRequest shared) {
    request = shared;
    shared.result().subscribeRaw(this);
  }

  private void deadlinePassed() {
    var shared = request;
    if (!done && shared != null) {
      var outcome = shared.cutOffOutcome();
      shared.leaveRaw(this);
      failed(outcome);
    }
  }

  @Override
  public void body(RawBody body) {
    if (end(false)) {
      timer.execute(() -> listener.body(body));
    } else {
      body.release();
    }
  }

  @Override
  public void failed(ScrapeOutcome outcome) {
    if (end(outcome.isFailed())) {
      timer.execute(() -> listener.failed(outcome));
    }
  }

  /** Called when the client has disconnected. No effect after the listener was called. */
  public void cancel() {
    var shared = request;
    if (end(false) && shared != null) {
      shared.leaveRaw(this);
    }
  }

  private boolean end(boolean failed) {
    if (done) {
      return false;
    }
    done = true;
    request = null;
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
    service.finished(beganNanos, failed);
    return true;
  }
}

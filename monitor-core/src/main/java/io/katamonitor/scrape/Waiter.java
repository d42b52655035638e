package io.katamonitor.scrape;

import org.jspecify.annotations.Nullable;

/**
 * One client that waits for a scrape, with a deadline of its own. Its listener is called once, on
 * the event loop: when all sandboxes are settled or at the deadline, unless {@link #cancel} was
 * called before.
 */
public final class Waiter {
  /** The client. */
  @FunctionalInterface
  public interface Listener {
    /** The results so far; the listener releases them. Never called from within the request. */
    void scraped(Scrape scrape);
  }

  private final ScrapeService service;
  private final Listener listener;
  private final long beganNanos;
  private @Nullable Fanout fanout;
  private Timer.@Nullable Scheduled deadline;

  Waiter(ScrapeService service, Listener listener, long beganNanos) {
    this.service = service;
    this.listener = listener;
    this.beganNanos = beganNanos;
  }

  void waitFor(Fanout shared, Timer timer, long timeoutNanos) {
    fanout = shared;
    if (shared.isSettled()) {
      timer.execute(this::settled);
    } else {
      deadline = timer.schedule(this::deadlinePassed, timeoutNanos);
    }
  }

  /** Called when all sandboxes have a result. */
  void settled() {
    end(false);
  }

  private void deadlinePassed() {
    end(true);
  }

  private void end(boolean isLate) {
    var scraped = fanout;
    if (scraped != null) {
      cancelDeadline();
      boolean failed = scraped.hasFailures();
      scraped.leave(this, isLate);
      service.ended(scraped);
      listener.scraped(new Scrape(service, scraped, beganNanos, failed));
    }
  }

  /**
   * Called when the client has disconnected: requests for this client alone are ended. No effect
   * after the listener was called.
   */
  public void cancel() {
    var abandoned = fanout;
    if (abandoned != null) {
      cancelDeadline();
      abandoned.leave(this, false);
      service.ended(abandoned);
      service.release(abandoned);
      service.finished(beganNanos, false);
    }
  }

  private void cancelDeadline() {
    fanout = null;
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }
}

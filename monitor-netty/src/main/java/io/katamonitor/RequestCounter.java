package io.katamonitor;

import io.katamonitor.selfmetrics.SelfMetrics;
import io.katamonitor.server.RequestObserver;

/** Counts the server's requests in the own series. */
final class RequestCounter implements RequestObserver {
  private final SelfMetrics self;

  RequestCounter(SelfMetrics self) {
    this.self = self;
  }

  @Override
  public void began(String handler) {
    self.requestStarted(handler);
  }

  @Override
  public void ended(String handler, int code, long durationNanos) {
    self.requestFinished(handler, code);
  }
}

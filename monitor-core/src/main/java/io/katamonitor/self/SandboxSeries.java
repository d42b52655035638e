package io.katamonitor.self;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ScrapeOutcome;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What is counted of one sandbox. */
final class SandboxSeries {
  private final Map<FailureReason, Long> failures = new EnumMap<>(FailureReason.class);
  private boolean up;
  private long durationNanos;
  private long bytes;
  private long samples;

  private byte[] labels = {};
  private Pod labelled = Pod.UNKNOWN;

  void record(ScrapeOutcome outcome) {
    durationNanos = outcome.durationNanos();
    switch (outcome) {
      case ScrapeOutcome.Success success -> {
        up = true;
        bytes = success.bytes();
        samples = success.samples();
      }
      case ScrapeOutcome.Failure failure -> {
        up = false;
        bytes = 0;
        samples = 0;
        failures.merge(failure.reason(), 1L, Long::sum);
      }
    }
  }

  boolean isUp() {
    return up;
  }

  long durationNanos() {
    return durationNanos;
  }

  long bytes() {
    return bytes;
  }

  long samples() {
    return samples;
  }

  /** By reason; reasons that never happened are not in it. */
  Map<FailureReason, Long> failures() {
    return failures;
  }

  /** The labels of a sandbox's series, without braces; made anew only when its pod has changed. */
  byte[] labels(Sandbox sandbox) {
    if (labels.length == 0 || !labelled.equals(sandbox.pod())) {
      labelled = sandbox.pod();
      var text = new ExpositionText();
      text.text("sandbox_id=").labelValue(sandbox.id().value());
      text.text(",cri_uid=").labelValue(labelled.uid());
      text.text(",cri_name=").labelValue(labelled.name());
      text.text(",cri_namespace=").labelValue(labelled.namespace());
      labels = Arrays.copyOf(text.array(), text.length());
    }
    return labels;
  }
}

package io.katamonitor.self;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ScrapeOutcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is counted of one sandbox. */
final class SandboxSeries {
  private final Map<FailureReason, Long> failures = new EnumMap<>(FailureReason.class);
  private @Nullable LastScrape last;
  private long durationNanos;
  private long bytes;
  private long samples;

  private byte[] labels = {};
  private Pod labelled = Pod.UNKNOWN;

  void record(ScrapeOutcome outcome) {
    durationNanos = outcome.durationNanos();
    switch (outcome) {
      case ScrapeOutcome.Success success -> {
        last = new LastScrape(Instant.now(), null);
        bytes = success.bytes();
        samples = success.samples();
      }
      case ScrapeOutcome.Failure failure -> {
        last = new LastScrape(Instant.now(), failure.reason());
        bytes = 0;
        samples = 0;
        failures.merge(failure.reason(), 1L, Long::sum);
      }
    }
  }

  @Nullable LastScrape last() {
    return last;
  }

  boolean isUp() {
    return last != null && last.failure() == null;
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

package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.DropReason;
import io.katamonitor.template.OwnBodyBuilder;
import io.katamonitor.template.SampleDropReason;
import io.katamonitor.usage.HostUsageReading;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records all calls; has no own series. */
final class RecordingObserver implements ScrapeObserver {
  /** {@code id: success}, {@code id: timeout} ... in order. */
  final List<String> outcomes = new ArrayList<>();

  /** Whether a sandbox failed, for each scrape. */
  final List<Boolean> finished = new ArrayList<>();

  int started;
  int shortages;
  long conflicts;

  @Override
  public void scrapeStarted() {
    started++;
  }

  @Override
  public void scrapeFinished(long durationNanos, boolean failed) {
    finished.add(failed);
  }

  @Override
  public void sandboxScraped(SandboxId id, ScrapeOutcome outcome) {
    outcomes.add(id + ": " + word(outcome));
  }

  /** {@code success}, or the reason's label. */
  static String word(@Nullable ScrapeOutcome outcome) {
    return switch (outcome) {
      case ScrapeOutcome.Success _ -> "success";
      case ScrapeOutcome.Failure failure -> failure.reason().label();
      case ScrapeOutcome.Skipped skipped -> skipped.reason().label();
      case null -> "nothing";
    };
  }

  @Override
  public void descriptorShortage() {
    shortages++;
  }

  @Override
  public void familiesDropped(DropReason reason, long count) {}

  @Override
  public void samplesDropped(SampleDropReason reason, long count) {}

  @Override
  public void typeConflicts(long count) {
    conflicts += count;
  }

  @Override
  public void writeOwnSeries(OwnBodyBuilder body) {}

  @Override
  public boolean writeOwnSeries(
      Sandbox sandbox, HostUsageReading host, @Nullable DecodedBody accepted, OwnBodyBuilder body) {
    return false;
  }
}

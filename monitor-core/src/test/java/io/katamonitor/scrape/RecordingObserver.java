package io.katamonitor.scrape;

import io.katamonitor.exposition.DropReason;
import io.katamonitor.sandbox.SandboxId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what is counted; has no own series. */
final class RecordingObserver implements ScrapeObserver {
  /** {@code id: success}, {@code id: timeout} ... as they came. */
  final List<String> outcomes = new ArrayList<>();

  /** Whether a sandbox failed, for each scrape. */
  final List<Boolean> finished = new ArrayList<>();

  int started;
  int shortages;

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
  public ByteBuffer ownSeries() {
    return ByteBuffer.allocate(0);
  }

  @Override
  public @Nullable ByteBuffer ownSeries(SandboxId id) {
    return null;
  }
}

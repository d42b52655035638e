package io.katamonitor.self;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ScrapeOutcome;
import io.katamonitor.scrape.SkipReason;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is counted of one sandbox. */
final class SandboxSeries {
  private static final String PREFIX = "kata_monitor_sandbox_";

  private final Map<FailureReason, Long> failures = new EnumMap<>(FailureReason.class);
  private @Nullable LastScrape last;
  private long durationNanos;
  private long bytes;
  private long samples;

  /** Why the last scrape did not ask it; null where it did. */
  private @Nullable SkipReason skipped;

  void record(ScrapeOutcome outcome) {
    if (outcome instanceof ScrapeOutcome.Skipped skip) {
      skipped = skip.reason();
      return;
    }
    skipped = null;
    durationNanos = outcome.durationNanos();
    if (outcome instanceof ScrapeOutcome.Failure failure) {
      last = new LastScrape(Instant.now(), failure.reason());
      bytes = 0;
      samples = 0;
      failures.merge(failure.reason(), 1L, Long::sum);
    } else if (outcome instanceof ScrapeOutcome.Success success) {
      last = new LastScrape(Instant.now(), null);
      bytes = success.bytes();
      samples = success.samples();
    }
  }

  @Nullable LastScrape last() {
    return last;
  }

  /** Writes its families without the labels of the sandbox, which come to all its samples alike. */
  void writeTo(ExpositionText to) {
    if (skipped == null) {
      gauge(to, "response_bytes", "Bytes of the shim's last answer; 0 when it failed.");
      to.number(bytes).text("\n");
      gauge(to, "samples", "Samples in the shim's last answer; 0 when it failed.");
      to.number(samples).text("\n");
      gauge(to, "scrape_duration_seconds", "How long the shim's last answer took, or its failure.");
      to.seconds(durationNanos).text("\n");
    }
    if (!failures.isEmpty()) {
      // Reasons that never happened to a sandbox are left out: eight lines each for nothing.
      String name = PREFIX + "scrape_failures_total";
      to.family(name, "counter", "Scrapes that the sandbox gave no samples to.");
      failures.forEach((reason, count) ->
          to.text(name)
              .text("{reason=")
              .labelValue(reason.label())
              .text("} ")
              .number(count)
              .text("\n"));
    }
    if (skipped == null || skipped.isDown()) {
      gauge(to, "up", "1 when the last scrape of the sandbox succeeded, else 0.");
      to.number(skipped == null && last != null && last.failure() == null ? 1 : 0).text("\n");
    }
  }

  private static void gauge(ExpositionText to, String suffix, String help) {
    to.family(PREFIX + suffix, "gauge", help);
    to.text(PREFIX).text(suffix).text(" ");
  }
}

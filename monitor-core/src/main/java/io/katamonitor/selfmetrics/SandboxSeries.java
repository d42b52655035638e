package io.katamonitor.selfmetrics;

import static io.katamonitor.exposition.FamilyType.COUNTER;
import static io.katamonitor.exposition.FamilyType.GAUGE;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ScrapeOutcome;
import io.katamonitor.scrape.SkipReason;
import io.katamonitor.template.OwnBodyBuilder;
import io.katamonitor.usage.GuestUsage;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Own series of one sandbox: counters, and the results of its last scrape. Confined to one thread.
 */
final class SandboxSeries {
  /**
   * How long a scrape without requests to shims shows the results of the last one with requests.
   */
  private static final long OLD_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** The families that all sandboxes share. */
  static final class Families {
    private static final String P = "kata_monitor_sandbox_";

    private final OwnFamily responseBytes =
        ofSandbox("response_bytes", "Bytes of the shim's last response; 0 if it failed.");
    private final OwnFamily samples =
        ofSandbox("samples", "Samples in the shim's last response; 0 if it failed.");
    private final OwnFamily duration =
        ofSandbox("scrape_duration_seconds", "Duration of the last request to the shim.");
    private final OwnFamily up =
        ofSandbox("up", "1 if the last scrape of the sandbox succeeded, else 0.");

    /** By the set of reasons that have occurred for a sandbox. */
    private final Map<Set<FailureReason>, OwnFamily> failures = new HashMap<>();

    private static OwnFamily ofSandbox(String name, String help) {
      return OwnFamily.ofSandbox(P + name, GAUGE, help).add();
    }

    /** The family for a set of reasons. Other reasons have no series, instead of eight zeros. */
    private OwnFamily failures(Set<FailureReason> reasons) {
      var family = failures.get(reasons);
      if (family == null) {
        family =
            OwnFamily.ofSandbox(
                P + "scrape_failures_total", COUNTER, "Scrapes in which the sandbox failed.");
        for (var reason : reasons) {
          family.add("reason", reason.label());
        }
        failures.put(EnumSet.copyOf(reasons), family);
      }
      return family;
    }
  }

  private final Map<FailureReason, Long> failures = new EnumMap<>(FailureReason.class);
  private @Nullable LastScrape last;
  private @Nullable GuestUsage guest;
  private long guestNanos;
  private long durationNanos;
  private long bytes;
  private long samples;

  /** Why the last scrape did not request it; null if it did. */
  private @Nullable SkipReason skipped;

  /** When a result was last recorded, in nanoseconds of the clock. */
  private long recordedNanos;

  /**
   * Records the result of a scrape.
   *
   * @param now nanoseconds of the clock
   */
  void record(ScrapeOutcome outcome, long now) {
    recordedNanos = now;
    if (outcome instanceof ScrapeOutcome.Skipped skip) {
      skipped = skip.reason();
      return;
    }
    skipped = null;
    durationNanos = outcome.durationNanos();
    if (outcome instanceof ScrapeOutcome.Failure failure) {
      bytes = 0;
      samples = 0;
      last = new LastScrape(Instant.now(), failure.reason(), durationNanos, 0, 0);
      failures.merge(failure.reason(), 1L, Long::sum);
    } else if (outcome instanceof ScrapeOutcome.Success success) {
      bytes = success.bytes();
      samples = success.samples();
      last = new LastScrape(Instant.now(), null, durationNanos, bytes, samples);
    }
  }

  /**
   * Records the usage that the guest reports in an accepted body.
   *
   * @param now nanoseconds of the clock
   */
  void record(GuestUsage usage, long now) {
    guest = usage;
    guestNanos = now;
  }

  /**
   * The usage that the guest reported in its last accepted body; null if that is old or there is
   * none.
   */
  @Nullable GuestUsage guest(long now) {
    return now - guestNanos < OLD_NANOS ? guest : null;
  }

  @Nullable LastScrape last() {
    return last;
  }

  /**
   * Writes the families without the labels of the sandbox, which are added to all its samples.
   * Counters are always written; the results of the last scrape are omitted once they are old.
   *
   * @param now nanoseconds of the clock
   */
  void writeTo(Families families, long now, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    boolean isOld = now - recordedNanos >= OLD_NANOS;
    if (skipped == null && !isOld) {
      values.write(families.responseBytes, bytes, body);
      values.write(families.samples, samples, body);
      values.start();
      values.seconds(durationNanos);
      values.finish(families.duration, body);
    }
    if (!failures.isEmpty()) {
      values.start();
      for (long count : failures.values()) {
        values.number(count);
      }
      values.finish(families.failures(failures.keySet()), body);
    }
    if (!isOld && (skipped == null || skipped.isDown())) {
      boolean isUp = skipped == null && last != null && last.failure() == null;
      values.write(families.up, isUp ? 1 : 0, body);
    }
  }
}

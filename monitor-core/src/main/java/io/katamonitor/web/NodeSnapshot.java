package io.katamonitor.web;

import io.katamonitor.sandbox.RootStatus;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.selfmetrics.BuildInfo;
import io.katamonitor.usage.UsageHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The state of the node that page and JSON show, at one moment. Immutable.
 *
 * @param time of the snapshot
 * @param nanos the same moment, by the clock of the host's readings
 * @param started start time of this process, by which clients notice a restart
 * @param lastScrape time of the last request for metrics; null if there was none
 * @param sandboxes by id
 */
public record NodeSnapshot(
    Instant time,
    long nanos,
    BuildInfo build,
    Instant started,
    boolean runtimeReachable,
    String runtimeEndpoint,
    @Nullable Instant lastScrape,
    List<RootStatus> roots,
    List<SandboxSnapshot> sandboxes,
    UsageHistory.Timeline timeline) {
  /** A scrape older than this is shown as old. */
  static final Duration OLD = Duration.ofMinutes(10);

  public NodeSnapshot {
    roots = List.copyOf(roots);
    sandboxes = List.copyOf(sandboxes);
  }

  long count(SandboxState state) {
    long count = 0;
    for (var sandbox : sandboxes) {
      count += sandbox.isIn(state) ? 1 : 0;
    }
    return count;
  }

  /** Sum over all sandboxes that have a rate; empty if none has one. */
  OptionalDouble cpuCores() {
    double sum = Double.NaN;
    for (var sandbox : sandboxes) {
      if (sandbox.cpuCores().isPresent()) {
        sum = (Double.isNaN(sum) ? 0 : sum) + sandbox.cpuCores().getAsDouble();
      }
    }
    return Double.isNaN(sum) ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /** Sum over all sandboxes whose memory is known; empty if there are none. */
  OptionalLong memoryBytes() {
    long sum = -1;
    for (var sandbox : sandboxes) {
      if (sandbox.memoryBytes().isPresent()) {
        sum = Math.max(0, sum) + sandbox.memoryBytes().getAsLong();
      }
    }
    return sum < 0 ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  /** Seconds from {@code then} to the snapshot. */
  double secondsSince(Instant then) {
    return Duration.between(then, time).toMillis() / 1e3;
  }

  boolean isOld(Instant then) {
    return Duration.between(then, time).compareTo(OLD) > 0;
  }
}

package io.katamonitor.top;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The node at one moment. Immutable.
 *
 * @param time when the monitor wrote it, by its own clock: ages are relative to it, so that the
 *     clock of this machine does not matter
 * @param version of the monitor
 * @param lastScrape by a scraper; null before the first
 * @param warnings sentences about the node: runtime lost, a storage root unreadable
 */
record NodeReport(
    Instant time,
    String version,
    @Nullable Instant lastScrape,
    List<String> warnings,
    List<SandboxRow> sandboxes) {
  NodeReport {
    warnings = List.copyOf(warnings);
    sandboxes = List.copyOf(sandboxes);
  }

  int count(String state) {
    int count = 0;
    for (var sandbox : sandboxes) {
      if (sandbox.state().equals(state)) {
        count++;
      }
    }
    return count;
  }

  /** Cores in use by all sandboxes; NaN if none has a rate yet. */
  double cpuCores() {
    double sum = Double.NaN;
    for (var sandbox : sandboxes) {
      sum = add(sum, sandbox.cpuCores());
    }
    return sum;
  }

  /** Bytes in use by all sandboxes; NaN if none is known. */
  double memoryBytes() {
    double sum = Double.NaN;
    for (var sandbox : sandboxes) {
      sum = add(sum, sandbox.memoryBytes());
    }
    return sum;
  }

  /**
   * Whether another report soon will have more data: the first reading after a pause gives no CPU
   * rate, the second one does.
   */
  boolean lacksRates() {
    return Double.isNaN(cpuCores()) && sandboxes.stream().anyMatch(SandboxRow::isMeasuredOnHost);
  }

  private static double add(double sum, double value) {
    return Double.isNaN(value) ? sum : Double.isNaN(sum) ? value : sum + value;
  }

  /** Time from {@code then} to this report; null if it is unknown. */
  @Nullable Duration age(@Nullable Instant then) {
    return then == null ? null : Duration.between(then, time);
  }
}

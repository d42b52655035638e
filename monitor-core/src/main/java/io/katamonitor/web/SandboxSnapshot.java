package io.katamonitor.web;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.scrape.SandboxStatus;
import io.katamonitor.selfmetrics.LastScrape;
import io.katamonitor.usage.GuestUsage;
import io.katamonitor.usage.HostLayout;
import io.katamonitor.usage.HostUsage;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The state of one sandbox that page and JSON show, at one moment. Immutable.
 *
 * @param last null before its first scrape
 * @param host null if the reading did not reach it
 * @param guest from its last accepted body; null if there is none
 * @param cpuCores its CPU rate on the host between the last two readings
 */
public record SandboxSnapshot(
    Sandbox sandbox,
    SandboxStatus status,
    @Nullable LastScrape last,
    @Nullable HostUsage host,
    @Nullable GuestUsage guest,
    OptionalDouble cpuCores) {
  /** Working set on the host or, if that is unknown, in the guest. */
  OptionalLong memoryBytes() {
    var onHost = host == null ? OptionalLong.empty() : host.memoryWorkingSetBytes();
    return onHost.isPresent() || guest == null ? onHost : guest.memoryWorkingSetBytes();
  }

  /** The limit that covers all of this memory; only in layout {@code pod}. */
  OptionalLong memoryLimitBytes() {
    return host == null || host.layout() != HostLayout.POD
        ? OptionalLong.empty()
        : host.memoryLimitBytes();
  }

  /**
   * Memory on the host in excess of what the guest uses, at least 0, since the two are read at
   * different moments.
   */
  OptionalLong memoryOverheadBytes() {
    if (host == null
        || guest == null
        || host.memoryWorkingSetBytes().isEmpty()
        || guest.memoryWorkingSetBytes().isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        Math.max(
            0,
            host.memoryWorkingSetBytes().getAsLong() - guest.memoryWorkingSetBytes().getAsLong()));
  }

  /** Order of the table: sandboxes in trouble come first. */
  int urgency() {
    return switch (status.state()) {
      case FAILING -> 0;
      case STUCK -> 1;
      case BACKOFF -> 2;
      case STARTING -> 3;
      case RUNNING -> 4;
      case NOT_SCRAPED -> 5;
    };
  }

  boolean isIn(SandboxState state) {
    return status.state() == state;
  }
}

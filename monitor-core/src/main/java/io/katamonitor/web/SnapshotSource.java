package io.katamonitor.web;

import io.katamonitor.sandbox.RootStatus;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.Clock;
import io.katamonitor.scrape.SandboxStatus;
import io.katamonitor.selfmetrics.BuildInfo;
import io.katamonitor.selfmetrics.LastScrape;
import io.katamonitor.usage.GuestUsage;
import io.katamonitor.usage.HostUsageReading;
import io.katamonitor.usage.UsageHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what page and JSON show: data that the monitor already has, and one reading of the
 * host's cgroups. Causes no request to a shim or container runtime. Confined to the event loop.
 */
public final class SnapshotSource implements DocumentService.Snapshots {
  /**
   * Data about the sandboxes; each function is called on the event loop.
   *
   * @param all a snapshot, by id
   * @param status state of a sandbox
   * @param lastScrape null before the first one
   * @param guest from its last accepted body; null if there is none
   */
  public record Sandboxes(
      Supplier<List<Sandbox>> all,
      Function<Sandbox, SandboxStatus> status,
      Function<Sandbox, @Nullable LastScrape> lastScrape,
      Function<Sandbox, @Nullable GuestUsage> guest) {}

  /**
   * Data about the node; each function is called on the event loop.
   *
   * @param started start time of this process
   * @param runtimeEndpoint socket of the container runtime
   * @param lastScrape time of the last request for metrics
   */
  public record Node(
      BuildInfo build,
      Instant started,
      String runtimeEndpoint,
      BooleanSupplier runtimeReachable,
      Supplier<@Nullable Instant> lastScrape,
      Supplier<List<RootStatus>> roots) {}

  private final Node node;
  private final Sandboxes sandboxes;
  private final UsageHistory history;
  private final Clock clock;

  /**
   * @param history source of the readings; its clock must have the same nanoseconds as {@code
   *     clock}
   */
  public SnapshotSource(Node node, Sandboxes sandboxes, UsageHistory history, Clock clock) {
    this.node = node;
    this.sandboxes = sandboxes;
    this.history = history;
    this.clock = clock;
  }

  @Override
  public void take(Consumer<NodeSnapshot> onLoop) {
    history.read(reading -> onLoop.accept(snapshot(reading)));
  }

  private NodeSnapshot snapshot(HostUsageReading reading) {
    var all = new ArrayList<SandboxSnapshot>();
    for (var sandbox : sandboxes.all().get()) {
      all.add(
          new SandboxSnapshot(
              sandbox,
              sandboxes.status().apply(sandbox),
              sandboxes.lastScrape().apply(sandbox),
              reading.usageOf(sandbox.id()),
              sandboxes.guest().apply(sandbox),
              history.cpuCores(sandbox.id(), reading)));
    }
    long nanos = clock.nanoTime();
    return new NodeSnapshot(
        clock.wallTime(),
        nanos,
        node.build(),
        node.started(),
        node.runtimeReachable().getAsBoolean(),
        node.runtimeEndpoint(),
        node.lastScrape().get(),
        node.roots().get(),
        all,
        history.timeline(nanos));
  }
}

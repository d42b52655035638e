package io.katamonitor.web;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.RootStatus;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ManualTime;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.scrape.SandboxStatus;
import io.katamonitor.selfmetrics.BuildInfo;
import io.katamonitor.selfmetrics.LastScrape;
import io.katamonitor.usage.GuestUsage;
import io.katamonitor.usage.HostLayout;
import io.katamonitor.usage.HostUsage;
import io.katamonitor.usage.HostUsageReading;
import io.katamonitor.usage.Readings;
import io.katamonitor.usage.UsageHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A node with resource usage, at a time that the test sets. */
final class NodeFixture {
  static final String ID = "0123456789abcdef0123456789abcdef";

  final ManualTime time = new ManualTime();
  final List<Sandbox> sandboxes = new ArrayList<>();
  final UsageHistory history =
      new UsageHistory(
          onLoop -> onLoop.accept(reading()),
          () -> List.copyOf(sandboxes),
          new MemoryAccount("history", 1 << 20));
  SandboxStatus status = new SandboxStatus(SandboxState.RUNNING, null, null, Instant.EPOCH);
  @Nullable LastScrape last = new LastScrape(Instant.EPOCH, null, 12_500_000, 84_000, 812);
  @Nullable Instant lastScrape = Instant.EPOCH;
  List<RootStatus> roots =
      List.of(
          new RootStatus(Path.of("/run/vc/sbs"), RootStatus.State.READABLE, ""),
          new RootStatus(Path.of("/run/kata"), RootStatus.State.ABSENT, ""));
  boolean runtimeReachable = true;

  final SnapshotSource source =
      new SnapshotSource(
          new SnapshotSource.Node(
              new BuildInfo("1.2.3", "abc1234"),
              Instant.EPOCH,
              "/run/containerd/containerd.sock",
              () -> runtimeReachable,
              () -> lastScrape,
              () -> roots),
          new SnapshotSource.Sandboxes(
              () -> List.copyOf(sandboxes), any -> status, any -> last, any -> GUEST),
          history,
          time);

  static final GuestUsage GUEST =
      new GuestUsage(
          OptionalDouble.of(7.25),
          OptionalLong.of(2L << 30),
          OptionalLong.of(1L << 30),
          OptionalLong.of(200L << 20),
          OptionalLong.of(1000),
          OptionalLong.of(2000),
          OptionalLong.of(0),
          OptionalDouble.of(0.25));

  /** A quarter of a core since the epoch, in layout {@code pod}. */
  private HostUsageReading reading() {
    double seconds = Duration.between(Instant.EPOCH, time.wallTime()).toMillis() / 4e3;
    var usages = new HostUsage[sandboxes.size()];
    for (int i = 0; i < usages.length; i++) {
      usages[i] =
          new HostUsage(
              HostLayout.POD,
              OptionalDouble.of(seconds),
              OptionalLong.of(320L << 20),
              OptionalLong.of(300L << 20),
              OptionalLong.of(0),
              OptionalLong.of(2L << 30),
              OptionalDouble.empty(),
              OptionalDouble.empty());
    }
    return Readings.of(time.nanoTime(), List.copyOf(sandboxes), usages);
  }

  NodeFixture add(String id, Pod pod) {
    sandboxes.add(
        new Sandbox(
            new SandboxId(id),
            ShimRuntime.RUNTIME_RS,
            Path.of("/run/kata", id),
            "dragonball",
            Instant.EPOCH,
            pod));
    return this;
  }

  static NodeFixture withSandboxes(int count) {
    var node = new NodeFixture();
    for (int i = 0; i < count; i++) {
      node.add(
          "%032x".formatted(0xabcd_0000L + i),
          new Pod("uid-" + i, "pod-with-a-usual-name-" + i, "namespace-" + i % 7));
    }
    return node;
  }

  void isFailing() {
    status =
        new SandboxStatus(
            SandboxState.FAILING,
            FailureReason.TIMEOUT,
            "no whole response within 3 s",
            Instant.EPOCH);
    last = new LastScrape(Instant.EPOCH, FailureReason.TIMEOUT, 3_000_000_000L, 0, 0);
  }

  /** Reads, as a scrape does. */
  void scrape() {
    history.read(reading -> {});
  }

  NodeSnapshot snapshot() {
    var taken = new ArrayList<NodeSnapshot>();
    source.take(taken::add);
    return taken.getFirst();
  }

  static String text(DocumentParts parts) {
    var text = new StringBuilder();
    while (parts.writeNext(text)) {
      // The next part.
    }
    return text.toString();
  }
}

package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ScrapeOutcome;
import io.katamonitor.usage.GuestUsage;
import io.katamonitor.usage.HostLayout;
import io.katamonitor.usage.HostUsage;
import io.katamonitor.usage.HostUsageReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The metric reference, docs/metrics.md, has a row for each own family, and for nothing else. */
class MetricReferenceTest {
  private static final Path NETTY =
      Path.of("..", "monitor-netty", "src", "main", "java", "io", "katamonitor");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(kata_(?:monitor|pod)_\\w+)` \\| (\\w+) \\|");
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\w+) (\\w+)");

  /** How the adapters add a family: self.gauge("kata_monitor_cri_up", ...), or counters(...). */
  private static final Pattern ADDED =
      Pattern.compile("self\\.(gauge|counter)s?\\(\\s*\"(kata_monitor_\\w+)\"");

  @Test
  void hasEveryOwnFamilyWithItsType() throws IOException {
    var families = new ArrayList<>(families(ownLines()));
    families.addAll(familiesOfAdapters());

    assertThat(ROW.matcher(Files.readString(Path.of("..", "docs", "metrics.md"))).results())
        .extracting((MatchResult row) -> row.group(1) + " " + row.group(2))
        .containsExactlyInAnyOrderElementsOf(families);
  }

  private static List<String> families(List<String> lines) {
    return TYPE.matcher(String.join("\n", lines))
        .results()
        .map((MatchResult type) -> type.group(1) + " " + type.group(2))
        .toList();
  }

  private static List<String> ownLines() {
    var registry = new SandboxRegistry();
    var self = new SelfMetrics(new BuildInfo("1.2", "abc"), registry);
    var id = new SandboxId("aa");
    var sandbox =
        new Sandbox(id, ShimRuntime.GO, Path.of("/x/aa"), "qemu", Instant.EPOCH, Pod.UNKNOWN);
    registry.add(sandbox);
    self.sandboxScraped(id, new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 1, "x"));
    self.requestStarted("metrics");
    self.requestFinished("metrics", 200);
    return Stream.of(
            OwnSeriesText.lines(self::writeOwnSeries),
            OwnSeriesText.lines(
                body -> self.writeOwnSeries(sandbox, HostUsageReading.NONE, null, body)),
            usageLines())
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> usageLines() {
    var number = OptionalLong.of(1);
    var fraction = OptionalDouble.of(1);
    var host =
        new HostUsage(HostLayout.POD, fraction, number, number, number, number, fraction, fraction);
    var guest = new GuestUsage(fraction, number, number, number, number, number, number, fraction);
    return OwnSeriesText.lines(body -> {
      new GuestUsageSeries().writeTo(guest, body, new OwnSeriesWriter());
      new HostUsageSeries().writeTo(host, body, new OwnSeriesWriter());
    });
  }

  private static List<String> familiesOfAdapters() throws IOException {
    var families = new ArrayList<String>();
    for (String file : new String[] {"Daemon.java", "Routes.java"}) {
      ADDED
          .matcher(Files.readString(NETTY.resolve(file)))
          .results()
          .forEach((MatchResult added) -> families.add(added.group(2) + " " + added.group(1)));
    }
    return families;
  }
}

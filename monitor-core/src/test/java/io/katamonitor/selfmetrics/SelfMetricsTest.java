package io.katamonitor.selfmetrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.CountingSlabs;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ScrapeOutcome;
import io.katamonitor.template.BodyDecoder;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.DecoderBuffers;
import io.katamonitor.template.TemplateCache;
import io.katamonitor.template.TemplateHints;
import io.katamonitor.usage.HostUsageReading;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfMetricsTest {
  private final SandboxRegistry registry = new SandboxRegistry();
  private final MemoryAccount account = new MemoryAccount("bodies", 1 << 20);
  private final PageStore store = new PageStore(new CountingSlabs(), 1 << 20);
  private final SelfMetrics self = new SelfMetrics(new BuildInfo("1.2", "abc"), registry);

  private SandboxId add(String id) {
    var sandboxId = new SandboxId(id);
    registry.add(new Sandbox(sandboxId, ShimRuntime.GO, Path.of("/x", id), null, Pod.UNKNOWN));
    return sandboxId;
  }

  private List<String> lines() {
    return OwnSeriesText.lines(self::writeOwnSeries);
  }

  private List<String> lines(SandboxId id) {
    var sandbox = new Sandbox(id, ShimRuntime.GO, Path.of("/x"), null, Pod.UNKNOWN);
    return OwnSeriesText.lines(
        body -> self.writeOwnSeries(sandbox, HostUsageReading.NONE, null, body));
  }

  @Test
  void familiesAreInOrderEachWithHelpAndType() {
    self.gauge("kata_monitor_cri_up", "x", () -> 1);
    var names = new ArrayList<String>();
    String help = "";
    for (String line : lines()) {
      if (line.startsWith("# HELP ")) {
        help = line.split(" ", -1)[2];
        names.add(help);
      } else if (line.startsWith("# TYPE ")) {
        assertThat(line).startsWith("# TYPE " + help + " ");
      } else {
        assertThat(line).startsWith(help).matches("[a-z_]+(\\{.*\\})? -?[0-9.]+");
      }
    }

    assertThat(names).isSorted().doesNotHaveDuplicates().contains("kata_monitor_cri_up");
  }

  @Test
  void scrapesAreCountedWithTheNamesAndBucketsOfUpstream() {
    self.scrapeStarted();
    self.scrapeFinished(1_000_000, false);
    self.scrapeStarted();
    self.scrapeFinished(3_500_000, true);
    self.scrapeStarted();
    self.scrapeFinished(9_000_000_000L, false);

    assertThat(lines())
        .contains(
            "kata_monitor_scrape_count 3",
            "kata_monitor_scrape_failed_count 1",
            "kata_monitor_scrape_durations_histogram_milliseconds_bucket{le=\"1\"} 1",
            "kata_monitor_scrape_durations_histogram_milliseconds_bucket{le=\"2\"} 1",
            "kata_monitor_scrape_durations_histogram_milliseconds_bucket{le=\"4\"} 2",
            "kata_monitor_scrape_durations_histogram_milliseconds_bucket{le=\"512\"} 2",
            "kata_monitor_scrape_durations_histogram_milliseconds_bucket{le=\"+Inf\"} 3",
            "kata_monitor_scrape_durations_histogram_milliseconds_sum 9004.500000",
            "kata_monitor_scrape_durations_histogram_milliseconds_count 3");
  }

  @Test
  void countersDoNotOverflowAfterYears() {
    self.scrapeFinished(Duration.ofDays(1000).toNanos(), false);

    assertThat(lines())
        .contains("kata_monitor_scrape_durations_histogram_milliseconds_sum 86400000000.000000");
  }

  @Test
  void sandboxHasSeriesOnceItWasScraped() {
    var id = add("aa");
    assertThat(lines(id)).noneMatch(line -> line.startsWith("kata_monitor_sandbox_up"));

    self.sandboxScraped(id, new ScrapeOutcome.Success(1_500_000, 84_000, 1278));

    assertThat(lines())
        .contains("kata_monitor_running_shim_count 1", "kata_monitor_sandboxes_without_metadata 1");
    assertThat(lines(id))
        .contains(
            "kata_monitor_sandbox_up{} 1",
            "kata_monitor_sandbox_response_bytes{} 84000",
            "kata_monitor_sandbox_samples{} 1278",
            "kata_monitor_sandbox_scrape_duration_seconds{} 0.001500000")
        .noneMatch(line -> line.startsWith("kata_monitor_sandbox_scrape_failures_total{"));
    assertThat(self.lastScrape(id)).isNotNull().returns(null, LastScrape::failure);
  }

  @Test
  void cpuTimeIsCheckedAgainstTheAgeUnlessTheCreationIsInTheFuture() throws Exception {
    var decoder =
        new BodyDecoder(
            new TemplateCache(new KataNames(false, name -> true), account, account),
            store,
            new DecoderBuffers(),
            new TemplateHints(),
            100);
    var text = new StringBuilder();
    for (var item : List.of("user", "nice", "system", "irq", "softirq")) {
      text.append("kata_guest_cpu_time{cpu=\"total\",item=\"").append(item).append("\"} 2e6\n");
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    int at = decoder.begin(bytes.length);
    System.arraycopy(bytes, 0, decoder.text(), at, bytes.length);
    decoder.advance(at + bytes.length);
    var body = decoder.finish();
    var now = Instant.now();

    assertThat(lines(body, now.minusSeconds(9_500)))
        .contains("kata_pod_guest_cpu_usage_seconds_total{} 10000.0");
    assertThat(lines(body, now.minusSeconds(9_000)))
        .noneMatch(line -> line.startsWith("kata_pod_guest_cpu"));
    assertThat(lines(body, now.plusSeconds(7_200))) // The system's clock was set back.
        .contains("kata_pod_guest_cpu_usage_seconds_total{} 10000.0");
    body.release();
  }

  private List<String> lines(DecodedBody body, Instant created) {
    var id = new SandboxId("aa");
    var sandbox = new Sandbox(id, ShimRuntime.GO, Path.of("/x"), null, created, Pod.UNKNOWN);
    return OwnSeriesText.lines(
        own -> self.writeOwnSeries(sandbox, HostUsageReading.NONE, body, own));
  }

  @Test
  void failuresAreCountedByReason() {
    var id = add("aa");
    self.sandboxScraped(id, new ScrapeOutcome.Success(1, 1, 1));
    self.sandboxScraped(id, new ScrapeOutcome.Failure(FailureReason.TOO_LARGE, 5, "x"));
    self.sandboxScraped(id, new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 5, "x"));
    self.sandboxScraped(id, new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 5, "x"));

    assertThat(lines(id))
        .contains(
            "kata_monitor_sandbox_up{} 0",
            "kata_monitor_sandbox_samples{} 0",
            "kata_monitor_sandbox_scrape_failures_total{reason=\"timeout\",} 2",
            "kata_monitor_sandbox_scrape_failures_total{reason=\"too_large\",} 1");
  }

  @Test
  void stateOfARemovedSandboxIsDropped() {
    var id = add("aa");
    self.sandboxScraped(id, new ScrapeOutcome.Success(1, 1, 1));
    registry.removed(id);

    assertThat(lines()).contains("kata_monitor_running_shim_count 0");
    assertThat(lines(id)).noneMatch(line -> line.startsWith("kata_monitor_sandbox_up"));
    assertThat(self.lastScrape(id)).isNull();
  }

  @Test
  void requestsAreCountedByHandlerAndCode() {
    self.requestStarted("metrics");
    self.requestStarted("metrics");
    self.requestStarted("index");
    self.requestFinished("metrics", 200);
    self.requestFinished("metrics", 503);

    assertThat(lines())
        .contains(
            "kata_monitor_http_requests_total{handler=\"metrics\",code=\"200\"} 1",
            "kata_monitor_http_requests_total{handler=\"metrics\",code=\"503\"} 1",
            "kata_monitor_http_requests_in_flight 1");
  }

  @Test
  void processAndJvmAreReported() {
    var lines = lines();

    assertThat(lines)
        .anyMatch(line -> line.matches("kata_monitor_process_cpu_seconds_total [0-9.]+"))
        .anyMatch(line -> line.matches("kata_monitor_process_resident_memory_bytes [1-9][0-9]{6,}"))
        .anyMatch(line -> line.matches("kata_monitor_process_open_fds [1-9][0-9]*"))
        .anyMatch(line -> line.matches("kata_monitor_process_max_fds [1-9][0-9]*"))
        .anyMatch(line -> line.matches("kata_monitor_process_start_time_seconds 1[0-9]{9}\\..*"))
        .anyMatch(
            line -> line.matches("kata_monitor_jvm_memory_used_bytes\\{area=\"heap\"} [0-9]+"))
        .anyMatch(line -> line.startsWith("kata_monitor_jvm_gc_collection_seconds_sum{gc="))
        .anyMatch(
            line -> line.startsWith("kata_monitor_build_info{version=\"1.2\",revision=\"abc\""));
  }

  @Test
  void sourceThatThrowsLosesOnlyItsOwnSeries() {
    self.gauge("kata_monitor_a", "A.", () -> 1);
    self.gauge(
        "kata_monitor_broken",
        "B.",
        () -> {
          throw new IllegalStateException("cannot be read");
        });
    self.counter("kata_monitor_c_total", "C.", () -> 3);
    for (int scrape = 0; scrape < 2; scrape++) {
      assertThat(lines())
          .contains("kata_monitor_a 1", "kata_monitor_c_total 3", "kata_monitor_scrape_count 0")
          .noneMatch(line -> line.contains("kata_monitor_broken"));
    }
  }

  @Test
  void dropsAreCountedByReason() {
    self.familiesDropped(io.katamonitor.template.DropReason.RESERVED, 2);
    self.samplesDropped(io.katamonitor.template.SampleDropReason.LABEL_VALUE, 3);
    self.typeConflicts(4);
    self.descriptorShortage();

    assertThat(lines())
        .contains(
            "kata_monitor_families_dropped_total{reason=\"foreign\"} 0",
            "kata_monitor_families_dropped_total{reason=\"reserved\"} 2",
            "kata_monitor_samples_dropped_total{reason=\"label_value\"} 3",
            "kata_monitor_type_conflicts_total 4",
            "kata_monitor_descriptor_shortages_total 1");
  }
}

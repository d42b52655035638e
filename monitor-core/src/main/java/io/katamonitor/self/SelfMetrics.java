package io.katamonitor.self;

import io.katamonitor.exposition.DropReason;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.scrape.ScrapeObserver;
import io.katamonitor.scrape.ScrapeOutcome;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the daemon does and writes it as Prometheus text. The names without {@code _total}
 * are upstream's. Confined to the event loop.
 */
public final class SelfMetrics implements ScrapeObserver {
  private static final String P = "kata_monitor_";

  /** Upstream's: 1, 2, 4 ... 512 milliseconds. */
  private static final int BUCKETS = 10;

  /** Writes one family, or several whose names follow each other. */
  @FunctionalInterface
  private interface Family {
    void writeTo(ExpositionText out);
  }

  private final SandboxRegistry registry;
  private final ExpositionText out = new ExpositionText();
  private final ExpositionText sandboxOut = new ExpositionText();
  private final SortedMap<String, Family> families = new TreeMap<>();
  private final Map<SandboxId, SandboxSeries> sandboxSeries = new HashMap<>();
  private final ProcessFacts process = new ProcessFacts();
  private @Nullable JvmFacts jvm;

  private long scrapes;
  private long failedScrapes;
  private final long[] durations = new long[BUCKETS + 1];
  private long durationSumNanos;
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private final SortedMap<String, SortedMap<Integer, long[]>> requests = new TreeMap<>();
  private long requestsInFlight;
  private long descriptorShortages;

  public SelfMetrics(BuildInfo build, SandboxRegistry registry) {
    this.registry = registry;
    for (var reason : DropReason.values()) {
      dropped.put(reason, 0L);
    }
    families.put(P + "build_info", to -> buildInfo(build));
    counter(
        P + "descriptor_shortages_total",
        "Connections to shims that could not be opened for lack of file descriptors.",
        () -> descriptorShortages);
    families.put(P + "families_dropped_total", to -> familiesDropped());
    gauge(P + "http_requests_in_flight", "Requests being served.", () -> requestsInFlight);
    families.put(P + "http_requests_total", to -> httpRequests());
    families.put(P + "jvm", to -> jvm().writeTo(to));
    families.put(P + "process", to -> process.writeTo(to));
    gauge(
        P + "running_shim_count",
        "Running shim count(running sandboxes).",
        () -> registry.snapshot().size());
    gauge(
        P + "sandboxes_without_metadata",
        "Sandboxes whose pod is not known.",
        this::sandboxesWithoutMetadata);
    counter(P + "scrape_count", "Scape count.", () -> scrapes);
    families.put(P + "scrape_durations_histogram_milliseconds", to -> durations());
    counter(P + "scrape_failed_count", "Failed scape count.", () -> failedScrapes);
  }

  /** Adds a gauge whose value is asked for at each scrape; before the first one only. */
  public void gauge(String name, String help, LongSupplier value) {
    families.put(name, to -> sample(name, "gauge", help, value.getAsLong()));
  }

  private void counter(String name, String help, LongSupplier value) {
    families.put(name, to -> sample(name, "counter", help, value.getAsLong()));
  }

  @Override
  public void scrapeStarted() {
    scrapes++;
  }

  @Override
  public void scrapeFinished(long durationNanos, boolean failed) {
    if (failed) {
      failedScrapes++;
    }
    int bucket = 0;
    while (bucket < BUCKETS && durationNanos > (1_000_000L << bucket)) {
      bucket++;
    }
    durations[bucket]++;
    durationSumNanos += durationNanos;
  }

  @Override
  public void sandboxScraped(SandboxId id, ScrapeOutcome outcome) {
    sandboxSeries.computeIfAbsent(id, unseen -> new SandboxSeries()).record(outcome);
  }

  @Override
  public void descriptorShortage() {
    descriptorShortages++;
  }

  /** What came of a sandbox's last scrape; null before the first one. */
  public @Nullable LastScrape lastScrape(SandboxId id) {
    var series = sandboxSeries.get(id);
    return series == null ? null : series.last();
  }

  @Override
  public void familiesDropped(DropReason reason, long count) {
    dropped.merge(reason, count, Long::sum);
  }

  /**
   * A request came.
   *
   * @param handler one of a few names, never a client's words
   */
  public void requestStarted(String handler) {
    requests.computeIfAbsent(handler, unseen -> new TreeMap<>());
    requestsInFlight++;
  }

  /** The same request was answered with {@code code}. */
  public void requestFinished(String handler, int code) {
    requestsInFlight--;
    requests.computeIfAbsent(handler, unseen -> new TreeMap<>())
        .computeIfAbsent(code, unseen -> new long[1])[0]++;
  }

  /** Families by name, each with HELP and TYPE. */
  @Override
  public ByteBuffer ownSeries() {
    forgetAllBut(registry.snapshot());
    out.clear();
    families.values().forEach(family -> family.writeTo(out));
    return ByteBuffer.wrap(out.array(), 0, out.length());
  }

  @Override
  public @Nullable ByteBuffer ownSeries(SandboxId id) {
    var series = sandboxSeries.get(id);
    if (series == null) {
      return null;
    }
    sandboxOut.clear();
    series.writeTo(sandboxOut);
    return ByteBuffer.wrap(sandboxOut.array(), 0, sandboxOut.length());
  }

  private void forgetAllBut(List<Sandbox> sandboxes) {
    if (sandboxSeries.size() > sandboxes.size()) {
      var present = new HashSet<SandboxId>();
      sandboxes.forEach(sandbox -> present.add(sandbox.id()));
      sandboxSeries.keySet().retainAll(present);
    }
  }

  private long sandboxesWithoutMetadata() {
    long unknown = 0;
    for (var sandbox : registry.snapshot()) {
      unknown += sandbox.pod().isKnown() ? 0 : 1;
    }
    return unknown;
  }

  private JvmFacts jvm() {
    if (jvm == null) {
      jvm = new JvmFacts();
    }
    return jvm;
  }

  private void sample(String name, String type, String help, long value) {
    out.family(name, type, help);
    out.text(name).text(" ").number(value).text("\n");
  }

  private void buildInfo(BuildInfo build) {
    out.family(P + "build_info", "gauge", "What is running; always 1.");
    out.text(P + "build_info{version=").labelValue(build.version());
    out.text(",revision=").labelValue(build.commit());
    out.text(",javaversion=").labelValue(Runtime.version().toString()).text("} 1\n");
  }

  private void familiesDropped() {
    String name = P + "families_dropped_total";
    out.family(name, "counter", "Families of sandboxes that were left out of an answer.");
    dropped.forEach((reason, count) -> {
      out.text(name).text("{reason=").labelValue(reason.label()).text("} ");
      out.number(count).text("\n");
    });
  }

  private void httpRequests() {
    String name = P + "http_requests_total";
    out.family(name, "counter", "Requests answered.");
    requests.forEach((handler, codes) ->
        codes.forEach((code, count) -> {
          out.text(name).text("{handler=").labelValue(handler);
          out.text(",code=\"").number(code).text("\"} ").number(count[0]).text("\n");
        }));
  }

  private void durations() {
    String name = P + "scrape_durations_histogram_milliseconds";
    out.family(name, "histogram", "Time used to scrape from shims");
    long below = 0;
    for (int bucket = 0; bucket <= BUCKETS; bucket++) {
      below += durations[bucket];
      out.text(name).text("_bucket{le=\"");
      if (bucket < BUCKETS) {
        out.number(1L << bucket);
      } else {
        out.text("+Inf");
      }
      out.text("\"} ").number(below).text("\n");
    }
    out.text(name).text("_sum ").milliseconds(durationSumNanos).text("\n");
    out.text(name).text("_count ").number(below).text("\n");
  }
}

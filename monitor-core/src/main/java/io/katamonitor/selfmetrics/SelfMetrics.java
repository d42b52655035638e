package io.katamonitor.selfmetrics;

import static io.katamonitor.exposition.FamilyType.COUNTER;
import static io.katamonitor.exposition.FamilyType.GAUGE;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.log.Log;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.scrape.Clock;
import io.katamonitor.scrape.ScrapeObserver;
import io.katamonitor.scrape.ScrapeOutcome;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.DropReason;
import io.katamonitor.template.OwnBodyBuilder;
import io.katamonitor.template.SampleDropReason;
import io.katamonitor.usage.GuestUsage;
import io.katamonitor.usage.GuestUsageReader;
import io.katamonitor.usage.HostUsageReading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The own series: counts events, and writes typed values at each scrape. Names without {@code
 * _total} are those of the Go daemon. A source that cannot be read leaves its series out. Confined
 * to the event loop.
 */
public final class SelfMetrics implements ScrapeObserver {
  private static final Log LOG = Log.of(SelfMetrics.class);
  private static final String P = "kata_monitor_";

  private final SandboxRegistry registry;
  private final Clock clock;
  private final SortedMap<String, OwnSource> sources = new TreeMap<>();
  private final OwnSeriesWriter values = new OwnSeriesWriter();
  private final SandboxSeries.Families sandboxFamilies = new SandboxSeries.Families();
  private final SandboxInfoSeries sandboxInfo = new SandboxInfoSeries();
  private final HostUsageSeries hostUsageSeries = new HostUsageSeries();
  private final GuestUsageSeries guestUsageSeries = new GuestUsageSeries();
  private final GuestUsageReader guestUsage = new GuestUsageReader();
  private final Map<SandboxId, SandboxSeries> sandboxSeries = new HashMap<>();
  private final HttpRequestSeries requests = new HttpRequestSeries();
  private final ScrapeDurations durations = new ScrapeDurations();
  private final Map<DropReason, Long> droppedFamilies = new EnumMap<>(DropReason.class);
  private final Map<SampleDropReason, Long> droppedSamples = new EnumMap<>(SampleDropReason.class);
  private @Nullable JvmMetrics jvm;
  private long scrapes;
  private @Nullable Instant lastScrapeStarted;
  private long failedScrapes;
  private long requestsInFlight;
  private long descriptorShortages;
  private long typeConflicts;
  private boolean isFailureLogged;

  public SelfMetrics(BuildInfo build, SandboxRegistry registry) {
    this(build, registry, Clock.SYSTEM);
  }

  SelfMetrics(BuildInfo build, SandboxRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    addBuildInfo(build);
    counter(
        P + "descriptor_shortages_total",
        "Connections to shims that failed because the monitor had no file descriptor left.",
        () -> descriptorShortages);
    addDropped();
    gauge(P + "http_requests_in_flight", "Requests being served.", () -> requestsInFlight);
    sources.put(P + "http_requests_total", requests);
    sources.put(P + "jvm", (body, to) -> jvm().writeTo(body, to));
    sources.put(P + "process", new ProcessMetrics());
    gauge(
        P + "running_shim_count",
        "Running shim count(running sandboxes).",
        () -> registry.snapshot().size());
    gauge(
        P + "sandboxes_without_metadata",
        "Sandboxes whose pod is unknown.",
        this::sandboxesWithoutMetadata);
    counter(P + "scrape_count", "Scape count.", () -> scrapes);
    sources.put(P + "scrape_durations_histogram_milliseconds", durations);
    counter(P + "scrape_failed_count", "Failed scape count.", () -> failedScrapes);
    counter(
        P + "type_conflicts_total",
        "Families whose declaration by a sandbox conflicts with that of most sandboxes.",
        () -> typeConflicts);
  }

  private void addBuildInfo(BuildInfo build) {
    var family =
        OwnFamily.ofNode(P + "build_info", GAUGE, "What is running; always 1.")
            .add(
                "version",
                build.version(),
                "revision",
                build.commit(),
                "javaversion",
                Runtime.version().toString());
    sources.put(family.name(), (body, to) -> to.write(family, 1, body));
  }

  private void addDropped() {
    var families =
        OwnFamily.ofNode(
            P + "families_dropped_total", COUNTER, "Families of sandboxes that were dropped.");
    for (var reason : DropReason.values()) {
      families.add("reason", reason.label());
      droppedFamilies.put(reason, 0L);
    }
    addCounts(families, droppedFamilies);
    var samples =
        OwnFamily.ofNode(
            P + "samples_dropped_total",
            COUNTER,
            "Samples of sandboxes that were dropped because they exceeded a limit.");
    for (var reason : SampleDropReason.values()) {
      samples.add("reason", reason.label());
      droppedSamples.put(reason, 0L);
    }
    addCounts(samples, droppedSamples);
  }

  private void addCounts(OwnFamily family, Map<?, Long> counts) {
    sources.put(
        family.name(),
        (body, to) -> {
          to.start();
          for (long count : counts.values()) {
            to.number(count);
          }
          to.finish(family, body);
        });
  }

  /** Adds a gauge whose value is read at each scrape. Only before the first scrape. */
  public void gauge(String name, String help, LongSupplier value) {
    add(name, GAUGE, help, value);
  }

  /** Adds a counter whose value is read at each scrape. Only before the first scrape. */
  public void counter(String name, String help, LongSupplier value) {
    add(name, COUNTER, help, value);
  }

  /**
   * Adds gauges with one label, whose values are read at each scrape. Only before the first scrape.
   *
   * @param values by the value of the label; absent ones have no series
   */
  public void gauges(
      String name, String help, String label, Supplier<SortedMap<String, Long>> values) {
    sources.put(name, new LabelledSeries(name, GAUGE, help, label, values));
  }

  /** Adds counters likewise. */
  public void counters(
      String name, String help, String label, Supplier<SortedMap<String, Long>> values) {
    sources.put(name, new LabelledSeries(name, COUNTER, help, label, values));
  }

  private void add(String name, FamilyType type, String help, LongSupplier value) {
    var family = OwnFamily.single(name, type, help);
    sources.put(name, (body, to) -> to.write(family, value.getAsLong(), body));
  }

  @Override
  public void scrapeStarted() {
    scrapes++;
    lastScrapeStarted = clock.wallTime();
  }

  /** Time of the last request for metrics, of all sandboxes or of one; null if there was none. */
  public @Nullable Instant lastScrapeStarted() {
    return lastScrapeStarted;
  }

  @Override
  public void scrapeFinished(long durationNanos, boolean failed) {
    failedScrapes += failed ? 1 : 0;
    durations.observe(durationNanos);
  }

  @Override
  public void sandboxScraped(SandboxId id, ScrapeOutcome outcome) {
    sandboxSeries
        .computeIfAbsent(id, unseen -> new SandboxSeries())
        .record(outcome, clock.nanoTime());
  }

  @Override
  public void descriptorShortage() {
    descriptorShortages++;
  }

  @Override
  public void familiesDropped(DropReason reason, long count) {
    droppedFamilies.merge(reason, count, Long::sum);
  }

  @Override
  public void samplesDropped(SampleDropReason reason, long count) {
    droppedSamples.merge(reason, count, Long::sum);
  }

  @Override
  public void typeConflicts(long count) {
    typeConflicts += count;
  }

  /** The result of a sandbox's last scrape; null before the first one. */
  public @Nullable LastScrape lastScrape(SandboxId id) {
    var series = sandboxSeries.get(id);
    return series == null ? null : series.last();
  }

  /**
   * The usage that the guest reported in its last accepted body; null if that is old or there is
   * none.
   */
  public @Nullable GuestUsage guestUsage(SandboxId id) {
    var series = sandboxSeries.get(id);
    return series == null ? null : series.guest(clock.nanoTime());
  }

  /**
   * Counts a request that has arrived.
   *
   * @param handler one of a few fixed names, never text of a client
   */
  public void requestStarted(String handler) {
    requestsInFlight++;
  }

  /** Counts the response to the same request. */
  public void requestFinished(String handler, int code) {
    requestsInFlight--;
    requests.count(handler, code);
  }

  @Override
  public void writeOwnSeries(OwnBodyBuilder body) throws MemoryExhaustedException {
    retainAll(registry.snapshot());
    for (var source : sources.entrySet()) {
      write(source.getKey(), source.getValue(), body);
    }
  }

  /** A failing source must not affect the scrape or the other series. */
  private void write(String name, OwnSource source, OwnBodyBuilder body)
      throws MemoryExhaustedException {
    try {
      source.writeTo(body, values);
    } catch (IOException | RuntimeException e) {
      values.start();
      if (!isFailureLogged) {
        isFailureLogged = true;
        LOG.warn("own series cannot be read and are omitted", "series", name, "error", e);
      }
    }
  }

  @Override
  public boolean writeOwnSeries(
      Sandbox sandbox, HostUsageReading host, @Nullable DecodedBody accepted, OwnBodyBuilder body)
      throws MemoryExhaustedException {
    sandboxInfo.writeTo(sandbox, body, values);
    var series = sandboxSeries.get(sandbox.id());
    if (series != null) {
      series.writeTo(sandboxFamilies, clock.nanoTime(), body, values);
    }
    if (accepted != null) {
      var guest = guestUsage.read(accepted, ageSeconds(sandbox));
      if (series != null) {
        series.record(guest, clock.nanoTime());
      }
      guestUsageSeries.writeTo(guest, body, values);
    }
    var usage = host.usageOf(sandbox.id());
    if (usage != null) {
      hostUsageSeries.writeTo(usage, body, values);
    }
    return true;
  }

  /** Empty also if the creation is in the future: then the system's clock was set back. */
  private OptionalDouble ageSeconds(Sandbox sandbox) {
    var created = sandbox.creation();
    var now = clock.wallTime();
    return created == null || created.isAfter(now)
        ? OptionalDouble.empty()
        : OptionalDouble.of(Duration.between(created, now).toMillis() / 1e3);
  }

  private void retainAll(List<Sandbox> sandboxes) {
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

  private JvmMetrics jvm() {
    if (jvm == null) {
      jvm = new JvmMetrics();
    }
    return jvm;
  }
}

package io.katamonitor.scrape;

import static java.util.Objects.requireNonNull;

import io.katamonitor.encode.ResponseEncoder;
import io.katamonitor.encode.ResponseFormat;
import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ScrapePolicy;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.usage.HostUsageSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A scrape service over fake shims, on a manual clock: scrape-timeout 3 s, bodies of 1 MiB. */
final class ScrapeHarness implements ScrapePolicy {
  static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** A client's deadline unless the test gives one: after scrape-timeout. */
  static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(9);

  static final int MAX_BYTES = 1 << 20;

  final ManualTime time = new ManualTime();
  final FakeShims shims = new FakeShims();
  final RecordingObserver observer = new RecordingObserver();
  final SandboxRegistry registry = new SandboxRegistry();
  final PageStore store = new PageStore(new DirectSlabs(), 8 << 20);
  final Map<String, Decision> decisions = new HashMap<>();
  final ScrapeService service;

  /** Source of host usage; by default it responds at once. */
  HostUsageSource usage = HostUsageSource.NONE;

  /** Ids of sandboxes whose directories are gone. */
  final Set<String> gone = new HashSet<>();

  boolean areDecisionsHung;
  final List<Runnable> hungDecisions = new ArrayList<>();
  boolean areChecksHung;
  final List<Consumer<Boolean>> hungChecks = new ArrayList<>();

  /** Calls of the policy, by id. */
  final List<String> checks = new ArrayList<>();

  ScrapeHarness(int maxConcurrentShims, String... ids) {
    for (var id : ids) {
      registry.add(sandbox(id));
    }
    service =
        new ScrapeService(
            registry,
            new ScrapePorts(
                shims, this, observer, new DirectSlabs(), time, time, onLoop -> usage.read(onLoop)),
            new ScrapeLimits(maxConcurrentShims, TIMEOUT.toNanos(), MAX_BYTES, 5000),
            new KataNames(false, name -> true),
            store,
            new MemoryBudget(128 << 20, 32 << 20));
  }

  /** The parts for tests of one class, over the same shims, clock and observer. */
  ScrapeContext context(int maxConcurrentShims) {
    var slabs = new DirectSlabs();
    return ScrapeContext.of(
        new ScrapePorts(shims, this, observer, slabs, time, time, HostUsageSource.NONE),
        new ScrapeLimits(maxConcurrentShims, TIMEOUT.toNanos(), MAX_BYTES, 5000),
        new ScrapeMemory(
            store,
            slabs,
            new KataNames(false, name -> true),
            new MemoryBudget(128 << 20, 32 << 20)));
  }

  /** Marks its directory as existing. */
  static Sandbox sandbox(String id) {
    return new Sandbox(new SandboxId(id), ShimRuntime.GO, Path.of("/"), null, Pod.UNKNOWN);
  }

  @Override
  public void check(Sandbox sandbox, Consumer<Decision> onLoop) {
    checks.add(sandbox.id().value());
    var decision = decisions.getOrDefault(sandbox.id().value(), Decision.SCRAPE_GO);
    if (areDecisionsHung) {
      hungDecisions.add(() -> onLoop.accept(decision));
    } else {
      onLoop.accept(decision);
    }
  }

  @Override
  public void checkGone(Sandbox sandbox, Consumer<Boolean> onLoop) {
    if (areChecksHung) {
      hungChecks.add(onLoop);
    } else {
      onLoop.accept(gone.contains(sandbox.id().value()));
    }
  }

  /** One client of the whole node, which waits for longer than scrape-timeout. */
  Client scrape() {
    return scrape(CLIENT_TIMEOUT);
  }

  Client scrape(Duration timeout) {
    return scrape(timeout, FamilyPrefixes.ALL);
  }

  Client scrape(Duration timeout, FamilyPrefixes wanted) {
    var client = new Client();
    client.waiter = service.scrapeNode(timeout.toNanos(), wanted, client::scraped);
    return client;
  }

  Client scrapeOne(String id) {
    return scrapeOne(id, CLIENT_TIMEOUT);
  }

  Client scrapeOne(String id, Duration timeout) {
    var client = new Client();
    client.waiter =
        service.scrapeSandbox(sandbox(id), timeout.toNanos(), FamilyPrefixes.ALL, client::scraped);
    return client;
  }

  RawClient raw(String id) {
    return raw(id, CLIENT_TIMEOUT);
  }

  RawClient raw(String id, Duration timeout) {
    var client = new RawClient();
    client.waiter = service.scrapeRaw(sandbox(id), timeout.toNanos(), client);
    return client;
  }

  SandboxStatus status(String id) {
    return service.status(sandbox(id));
  }

  /** A client of labelled metrics: the samples' lines once it has them. */
  final class Client {
    private @Nullable Waiter waiter;
    private @Nullable Scrape scrape;
    private @Nullable List<String> lines;

    private void scraped(Scrape result) {
      scrape = result;
      lines = mergedLines(result);
    }

    boolean isDone() {
      return scrape != null;
    }

    Waiter waiter() {
      return requireNonNull(waiter);
    }

    Scrape scrape() {
      return requireNonNull(scrape, "the client waits");
    }

    List<String> lines() {
      return requireNonNull(lines, "the client waits");
    }

    /** The reason why it has no samples of a sandbox. */
    String reason() {
      return RecordingObserver.word(scrape().firstWithoutSamples());
    }

    boolean has(String id) {
      return lines != null
          && lines.stream().anyMatch(line -> line.contains("sandbox_id=\"" + id + "\""));
    }
  }

  private List<String> mergedLines(Scrape result) {
    var text = new ByteArrayOutputStream();
    try {
      var families = result.merge(FamilyPrefixes.ALL, false);
      var encoder =
          ResponseEncoder.of(
              new ResponseFormat(false, false, null),
              families,
              service.encoderBuffers(),
              text::write);
      while (encoder.encodeNextBlock()) {}
      encoder.close();
      families.release();
    } catch (MemoryExhaustedException e) {
      throw new AssertionError("no memory for the merge", e);
    }
    return text.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  /** A client of one raw body. */
  static final class RawClient implements RawWaiter.Listener {
    private @Nullable RawWaiter waiter;
    private @Nullable RawBody body;
    private @Nullable ScrapeOutcome outcome;

    @Override
    public void body(RawBody whole) {
      body = whole;
    }

    @Override
    public void failed(ScrapeOutcome why) {
      outcome = why;
    }

    boolean hasBody() {
      return body != null;
    }

    RawWaiter waiter() {
      return requireNonNull(waiter);
    }

    RawBody body() {
      return requireNonNull(body, "the client waits");
    }

    String reason() {
      return RecordingObserver.word(outcome);
    }

    String text() {
      var body = body();
      byte[] bytes = new byte[body.length()];
      body.read(0, bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Memory outside the heap; counts what is held. */
  static final class DirectSlabs implements PageStore.SlabSource {
    int held;
    boolean isFull;

    @Override
    public ByteBuffer allocate(int bytes) {
      if (isFull) {
        throw new OutOfMemoryError("by the test");
      }
      held += bytes;
      return ByteBuffer.allocateDirect(bytes);
    }

    @Override
    public void free(ByteBuffer slab) {
      held -= slab.capacity();
    }
  }
}

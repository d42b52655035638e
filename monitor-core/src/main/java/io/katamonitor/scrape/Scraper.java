package io.katamonitor.scrape;

import io.katamonitor.aggregate.Exposition;
import io.katamonitor.aggregate.LabelText;
import io.katamonitor.aggregate.Part;
import io.katamonitor.exposition.BodyDecoder;
import io.katamonitor.exposition.DecodedBody;
import io.katamonitor.exposition.DecoderScratch;
import io.katamonitor.exposition.DropReason;
import io.katamonitor.exposition.FamilyRule;
import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.exposition.MemoryExhaustedException;
import io.katamonitor.exposition.PageStore;
import io.katamonitor.exposition.ShapeCache;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Scrapes the node: who is asked, who joins whom, what the answer is made of, and how much memory
 * all of it takes. Confined to the event loop, but for what the registry tells.
 */
public final class Scraper implements SandboxRegistry.Listener {
  /** SPEC 4.1: a scrape joins one that began less than that ago. */
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * What a read of text may need of pages at most: three times its size, when all of it is kept
   * whole, and a few more.
   */
  private static final int ROOM_FACTOR = 3;

  private static final int ROOM_EXTRA = 64 * 1024;

  /**
   * An answer that holds more than one in so many parts of all memory is greedy: ordinary ones hold
   * 10 KB.
   */
  private static final int GREEDY_SHARE = 64;

  /**
   * What bounds a scrape.
   *
   * @param maxConcurrentShims asked at the same time
   * @param scrapeTimeoutNanos for one shim
   * @param maxShimResponseBytes of one shim's body
   */
  public record Limits(int maxConcurrentShims, long scrapeTimeoutNanos, int maxShimResponseBytes) {}

  private final SandboxRegistry registry;
  private final ShimClient client;
  private final Limits limits;
  private final AskRule askRule;
  private final ScrapeObserver observer;
  private final PageStore store;
  private final ShapeCache shapes;
  private final ShapeCache ownShapes = new ShapeCache(FamilyRule.ALL, false);
  private final ShapeCache ownSandboxShapes = new ShapeCache(FamilyRule.ALL, true);
  private final DecoderScratch scratch = new DecoderScratch();
  private final Map<SandboxId, SandboxHistory> histories = new ConcurrentHashMap<>();
  private final List<Fanout> running = new ArrayList<>();

  /** Those whose answers somebody still wants: the running ones, and those that are being sent. */
  private final List<Fanout> held = new ArrayList<>();

  private BooleanSupplier relief = () -> false;

  public Scraper(
      SandboxRegistry registry,
      ShimClient client,
      Limits limits,
      AskRule askRule,
      FamilyRule familyRule,
      ScrapeObserver observer,
      PageStore store) {
    this.registry = registry;
    this.client = client;
    this.limits = limits;
    this.askRule = askRule;
    this.observer = observer;
    this.store = store;
    this.shapes = new ShapeCache(familyRule, true);
    registry.addListener(this);
  }

  @Override
  public void added(Sandbox sandbox) {}

  @Override
  public void changed(Sandbox before, Sandbox after) {}

  /** A sandbox made anew under the same id is not left alone for what the old one did. */
  @Override
  public void removed(Sandbox sandbox) {
    histories.remove(sandbox.id());
  }

  /**
   * Sets what is tried first when memory runs out.
   *
   * @param relief lets go of an answer that a client is slow to read; false when there is none
   */
  public void relieveBy(BooleanSupplier relief) {
    this.relief = relief;
  }

  /**
   * Asks all sandboxes, or joins a scrape of all that has just begun: one whose shims are still
   * being asked, or whose answers somebody is still being sent.
   */
  public Fanout scrape(Fanout.Waiter waiter) {
    var begun = join(null, waiter);
    if (begun != null) {
      return begun;
    }
    var sandboxes = registry.snapshot();
    forgetAllBut(sandboxes);
    return begin(sandboxes, null, waiter);
  }

  /** Asks one sandbox, or joins a scrape of it likewise. */
  public Fanout scrape(Sandbox sandbox, Fanout.Waiter waiter) {
    var begun = join(sandbox, waiter);
    return begun == null ? begin(List.of(sandbox), sandbox, waiter) : begun;
  }

  private @Nullable Fanout join(@Nullable Sandbox only, Fanout.Waiter waiter) {
    for (var fanout : held) {
      if (fanout.isOf(only) && fanout.isToBeHad() && fanout.ageNanos() < JOIN_NANOS) {
        fanout.join(waiter);
        return fanout;
      }
    }
    return null;
  }

  private Fanout begin(List<Sandbox> sandboxes, @Nullable Sandbox only, Fanout.Waiter waiter) {
    if (running.isEmpty()) {
      shapes.beginScrape();
    }
    var fanout = new Fanout(this, sandboxes, only);
    held.add(fanout);
    fanout.join(waiter);
    running.add(fanout);
    fanout.start();
    return fanout;
  }

  private void forgetAllBut(List<Sandbox> sandboxes) {
    if (histories.size() > sandboxes.size()) {
      var present = new HashSet<SandboxId>();
      sandboxes.forEach(sandbox -> present.add(sandbox.id()));
      histories.keySet().retainAll(present);
    }
  }

  void ended(Fanout fanout) {
    running.remove(fanout);
  }

  void released(Fanout fanout) {
    held.remove(fanout);
  }

  ShimAnswer newAnswer(Sandbox sandbox, ShimAnswer.Owner owner) {
    return new ShimAnswer(
        sandbox, new BodyDecoder(shapes, store, scratch), limits.maxShimResponseBytes(), owner);
  }

  /** Whether a shim may be asked for metrics now, by a scrape or for its body as it is. */
  public boolean mayAsk(Sandbox sandbox) {
    return reasonNotToAsk(sandbox) == null;
  }

  @Nullable FailureReason reasonNotToAsk(Sandbox sandbox) {
    if (!askRule.mayAsk(sandbox)) {
      return FailureReason.UNSAFE_HYPERVISOR;
    }
    return history(sandbox).isPaused(System.nanoTime()) ? FailureReason.BACKOFF : null;
  }

  Limits limits() {
    return limits;
  }

  ShimClient client() {
    return client;
  }

  /**
   * Takes note of what came of a sandbox. One that nobody came to ask in time has failed, but it
   * has not hung: it must not be left alone for that.
   */
  void record(ShimAnswer answer, ScrapeOutcome outcome) {
    var sandbox = answer.sandbox();
    boolean isTimeout =
        outcome instanceof ScrapeOutcome.Failure failure
            && failure.reason() == FailureReason.TIMEOUT;
    if (answer.wasAsked() || !isTimeout) {
      history(sandbox).record(sandbox, outcome, System.nanoTime());
    }
    if (!answer.isMissed() || !isTimeout) {
      count(sandbox, outcome);
    }
  }

  void count(Sandbox sandbox, ScrapeOutcome outcome) {
    observer.sandboxScraped(sandbox.id(), outcome);
  }

  private SandboxHistory history(Sandbox sandbox) {
    return histories.computeIfAbsent(sandbox.id(), unseen -> new SandboxHistory());
  }

  /**
   * Makes room for what a read may need: an answer that takes more than its share goes first, then
   * the answers that clients are slow to read, then the largest of the rest.
   */
  void makeRoom(int textBytes) {
    // The monitor's own series take a page for each sandbox, and must find it.
    long own = (long) histories.size() * PageStore.PAGE_BYTES;
    long needed = (long) ROOM_FACTOR * textBytes + ROOM_EXTRA + own;
    if (shapes.isNearlyFull()) {
      shapes.forgetUnreferenced();
    }
    while (store.bytesInUse() + needed > store.bytesAllowed() || shapes.isNearlyFull()) {
      var largest = largest();
      boolean isGreedy =
          largest != null && largest.bytesHeld() > store.bytesAllowed() / GREEDY_SHARE;
      if (!isGreedy && relief.getAsBoolean()) {
        continue;
      }
      if (largest == null) {
        return;
      }
      largest.refuse("the memory for all sandboxes' answers is used up, and this is the largest");
      shapes.forgetUnreferenced();
    }
  }

  private @Nullable ShimAnswer largest() {
    ShimAnswer largest = null;
    for (var fanout : running) {
      var candidate = fanout.largest();
      if (candidate != null && (largest == null || candidate.bytesHeld() > largest.bytesHeld())) {
        largest = candidate;
      }
    }
    return largest;
  }

  /**
   * Merges what has arrived, with the monitor's own series.
   *
   * @param kept which families are wanted, by name
   * @param withOwn whether the monitor's own series are
   */
  public Exposition exposition(Fanout fanout, Predicate<String> kept, boolean withOwn) {
    var parts = new ArrayList<Part>();
    var own = new ArrayList<DecodedBody>();
    if (withOwn) {
      ownShapes.beginScrape();
      ownSandboxShapes.beginScrape();
      add(parts, own, LabelText.NONE, decode(ownShapes, observer.ownSeries()));
    }
    for (var answer : fanout.answers()) {
      var series = withOwn ? observer.ownSeries(answer.sandbox().id()) : null;
      if (series != null) {
        add(parts, own, labels(answer), decode(ownSandboxShapes, series));
      }
    }
    // Behind all of the monitor's own: of two families of one name the first is kept.
    for (var answer : fanout.answers()) {
      var body = answer.body();
      if (body != null) {
        parts.add(new Part(labels(answer), body));
      }
    }
    var exposition = new Exposition(parts, kept);
    own.forEach(DecodedBody::release);
    tellDropped(fanout, exposition);
    return exposition;
  }

  private LabelText labels(ShimAnswer answer) {
    var sandbox = answer.sandbox();
    return history(sandbox).labels(sandbox);
  }

  private static void add(
      List<Part> parts, List<DecodedBody> own, LabelText labels, DecodedBody body) {
    own.add(body);
    parts.add(new Part(labels, body));
  }

  private DecodedBody decode(ShapeCache cache, ByteBuffer series) {
    var decoder = new BodyDecoder(cache, store, scratch);
    try {
      int length = series.remaining();
      int at = decoder.begin(length);
      series.get(decoder.text(), at, length);
      decoder.advance(at + length);
      return decoder.finish();
    } catch (MalformedExpositionException | MemoryExhaustedException e) {
      decoder.discard();
      throw new IllegalStateException("the monitor's own series cannot be read", e);
    }
  }

  private void tellDropped(Fanout fanout, Exposition exposition) {
    Map<DropReason, Integer> dropped = new EnumMap<>(exposition.dropped());
    if (fanout.firstToTell()) {
      for (var answer : fanout.answers()) {
        var body = answer.body();
        if (body != null) {
          body.dropped().forEach((reason, count) -> dropped.merge(reason, count, Integer::sum));
        }
      }
      dropped.forEach((reason, count) -> observer.familiesDropped(reason, count));
    }
  }

  /** Gives back memory that no scrape needs now; for idle times. */
  public void trim() {
    if (running.isEmpty()) {
      store.trim();
    }
  }
}

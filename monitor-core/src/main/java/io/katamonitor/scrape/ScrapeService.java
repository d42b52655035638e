package io.katamonitor.scrape;

import io.katamonitor.encode.EncoderBuffers;
import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.template.NamingPolicy;
import io.katamonitor.usage.HostUsageSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Scrapes the node. Decides which shims are requested and when, which clients share a fan-out, what
 * counts as a failure, and what is sent to a client at its deadline. Endpoints translate a client's
 * request into one call here and the result into a response.
 *
 * <p>Confined to the event loop, except that the registry reports on any thread. Times are
 * nanoseconds of the {@link Clock}; deadlines are kept by the {@link Timer}.
 */
public final class ScrapeService {
  /** A scrape joins one that started less than this ago. */
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Unused slabs are freed after this time without a scrape. It is longer than Prometheus's usual
   * intervals of 15 and 30 s, so that slabs are not freed and allocated again between two scrapes.
   */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(40);

  private final SandboxRegistry registry;
  private final ScrapeContext context;
  private final ScrapeMemory memory;
  private final ScrapeMerge merge;
  private final HostUsageSource hostUsage;
  private final Map<SandboxId, ShimGate> gates = new HashMap<>();

  /** The fan-outs that a client waits for. */
  private final List<Fanout> running = new ArrayList<>();

  /**
   * The fan-outs whose samples a client holds: those in progress, and those whose response is being
   * sent.
   */
  private final List<Fanout> held = new ArrayList<>();

  private Timer.@Nullable Scheduled idle;

  /**
   * @param store memory off the heap for decoded bodies, charged to the budget
   */
  public ScrapeService(
      SandboxRegistry registry,
      ScrapePorts ports,
      ScrapeLimits limits,
      NamingPolicy naming,
      PageStore store,
      MemoryBudget budget) {
    this.registry = registry;
    memory = new ScrapeMemory(store, ports.slabs(), naming, budget);
    merge = new ScrapeMerge(ports.observer(), memory);
    hostUsage = ports.hostUsage();
    context = ScrapeContext.of(ports, limits, memory);
    registry.addListener(new Removals());
  }

  /**
   * Drops the state of a removed sandbox, so that a new one with the same id does not inherit it.
   */
  private final class Removals implements SandboxRegistry.Listener {
    @Override
    public void added(Sandbox sandbox) {}

    @Override
    public void changed(Sandbox before, Sandbox after) {}

    @Override
    public void removed(Sandbox sandbox) {
      context.timer().execute(() -> forget(sandbox.id()));
    }
  }

  private void forget(SandboxId id) {
    var gate = gates.remove(id);
    if (gate != null) {
      gate.vanished();
    }
  }

  /**
   * Sets what is tried first when memory runs out.
   *
   * @param handler cuts the client that reads slowest; false if there is none
   */
  public void onMemoryPressure(BooleanSupplier handler) {
    memory.onPressure(handler);
  }

  /**
   * Sets what is tried first when the memory for raw bodies runs out.
   *
   * @param handler cuts the client of a raw body that reads slowest; false if there is none
   */
  public void onRawMemoryPressure(BooleanSupplier handler) {
    memory.onRawPressure(handler);
  }

  /** The accounts of all memory that clients, guests and runtimes can make grow. */
  public MemoryBudget budget() {
    return memory.budget();
  }

  /**
   * Scrapes all sandboxes, or joins a scrape of all that started less than 1 s ago.
   *
   * @param timeoutNanos until the client's deadline
   * @param wanted the families that the client requests: no shim is requested if shims have none of
   *     them
   */
  public Waiter scrapeNode(long timeoutNanos, FamilyPrefixes wanted, Waiter.Listener listener) {
    return scrape(null, timeoutNanos, wanted, listener);
  }

  /** Scrapes one sandbox, or joins a scrape of it likewise. */
  public Waiter scrapeSandbox(
      Sandbox sandbox, long timeoutNanos, FamilyPrefixes wanted, Waiter.Listener listener) {
    return scrape(sandbox, timeoutNanos, wanted, listener);
  }

  private Waiter scrape(
      @Nullable Sandbox only, long timeoutNanos, FamilyPrefixes wanted, Waiter.Listener listener) {
    long now = started();
    var waiter = new Waiter(this, listener, now);
    var fanout = joinable(only, wanted.needsShims(), now);
    if (fanout == null) {
      fanout = begin(only, wanted.needsShims(), now, waiter);
    } else {
      fanout.join(waiter);
    }
    waiter.waitFor(fanout, context.timer(), timeoutNanos);
    return waiter;
  }

  private @Nullable Fanout joinable(@Nullable Sandbox only, boolean requestsShims, long now) {
    for (var fanout : held) {
      if (fanout.isJoinable(only, requestsShims, now, JOIN_NANOS)) {
        return fanout;
      }
    }
    return null;
  }

  private Fanout begin(@Nullable Sandbox only, boolean requestsShims, long now, Waiter waiter) {
    var fanout = new Fanout(only, requestsShims, now);
    if (requestsShims) {
      fanout.startedTemplates(memory.templates().scrapeStarted());
    }
    if (only == null) {
      var sandboxes = registry.snapshot();
      forgetAllBut(sandboxes);
      for (var sandbox : sandboxes) {
        fanout.add(sandbox, gate(sandbox));
      }
    } else {
      fanout.add(only, gate(only));
    }
    memory.sandboxes(registry.snapshot().size());
    running.add(fanout);
    held.add(fanout);
    fanout.join(waiter);
    fanout.start(context.observer(), hostUsage);
    return fanout;
  }

  /**
   * Gets the unchanged body of one shim's response; the listener is called even if no request is
   * sent.
   *
   * @param timeoutNanos until the client's deadline
   */
  public RawWaiter scrapeRaw(Sandbox sandbox, long timeoutNanos, RawWaiter.Listener listener) {
    var waiter = new RawWaiter(this, context.timer(), listener, started());
    var gate = gate(sandbox);
    var known = gate.outcomeWithoutRequest();
    waiter.start(timeoutNanos);
    if (known == null) {
      gate.subscribeRaw(sandbox, waiter);
    } else {
      waiter.failed(known);
    }
    return waiter;
  }

  /** Counts a request for a sandbox that does not exist as a scrape, as the Go daemon does. */
  public void countUnknownSandbox() {
    finished(started(), false);
  }

  /** The state of a sandbox according to its last requests and checks. On the event loop. */
  public SandboxStatus status(Sandbox sandbox) {
    return gate(sandbox).status();
  }

  ShimGate gate(Sandbox sandbox) {
    var gate = gates.get(sandbox.id());
    if (gate == null) {
      gate = new ShimGate(context);
      gates.put(sandbox.id(), gate);
    }
    return gate;
  }

  /** A scrape that began before a removal was noticed may have brought the sandbox back. */
  private void forgetAllBut(List<Sandbox> sandboxes) {
    if (gates.size() > sandboxes.size()) {
      var present = new HashSet<SandboxId>();
      sandboxes.forEach(sandbox -> present.add(sandbox.id()));
      for (var id : List.copyOf(gates.keySet())) {
        if (!present.contains(id)) {
          forget(id);
        }
      }
    }
  }

  private long started() {
    context.observer().scrapeStarted();
    if (idle != null) {
      idle.cancel();
    }
    // Delayed: after each scrape it would cost more than it saves.
    idle = context.timer().schedule(this::trim, IDLE_NANOS);
    return context.clock().nanoTime();
  }

  private void trim() {
    if (running.isEmpty()) {
      memory.store().trim();
    }
  }

  /** Buffers for the encoders of all responses. */
  public EncoderBuffers encoderBuffers() {
    return memory.encoderBuffers();
  }

  MergedFamilies merge(Fanout fanout, FamilyPrefixes wanted, boolean withOwn)
      throws MemoryExhaustedException {
    return merge.merge(fanout, wanted, withOwn);
  }

  /** Called when a waiter has got its result or was cancelled. */
  void ended(Fanout fanout) {
    if (!fanout.isWaitedFor() && running.remove(fanout) && fanout.requestsShims()) {
      if (fanout.isOfNode()) {
        memory.templates().scrapeEnded(fanout.templatesStarted());
      } else {
        memory.templates().scrapeOfOneEnded();
      }
    }
  }

  void release(Fanout fanout) {
    if (fanout.release()) {
      held.remove(fanout);
    }
  }

  void finished(long beganNanos, boolean failed) {
    context.observer().scrapeFinished(context.clock().nanoTime() - beganNanos, failed);
  }
}

package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pod of each sandbox: requests it from the container runtime as soon as a sandbox
 * appears, and repeats this after growing pauses until the pod is known or the sandbox is gone. A
 * known pod is not requested again. A few sandboxes are requested one by one; from {@value #CROWD}
 * on, as at the start, one call lists all pods.
 *
 * <p>While the runtime fails there is one call at a time, at most one a second; when it responds
 * again, all waiting sandboxes are requested at once. If none waits, a call every 30 s checks
 * whether the runtime still responds.
 *
 * <p>Confined to the event loop, but for {@link #criUp} and the registry's calls.
 */
public final class PodMetadataResolver implements SandboxRegistry.Listener, AutoCloseable {
  private static final Log LOG = Log.of(PodMetadataResolver.class);

  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  /** Delay before the first call, so that sandboxes that appear together share one. */
  private static final long SETTLE = 20 * MILLISECOND;

  /**
   * A sandbox's directory exists seconds before the runtime lists its pod, which it does once the
   * VM runs. With pauses of a quarter of the sandbox's age, a pod that is listed within the first
   * four seconds is found within a second, by some fifteen calls.
   */
  private static final int AGE_PER_PAUSE = 4;

  private static final long MIN_PAUSE = 100 * MILLISECOND;
  private static final long MAX_PAUSE = 30_000 * MILLISECOND;

  private static final long MIN_RETRY = 125 * MILLISECOND;
  private static final long MAX_RETRY = 1_000 * MILLISECOND;

  private static final long HEALTH_CHECK = 30_000 * MILLISECOND;

  /** From so many on, listing all pods of the node is cheaper than requesting each. */
  private static final int CROWD = 5;

  private static final int MAX_CALLS = 8;

  private enum State {
    UNKNOWN,
    UP,
    DOWN
  }

  /** A sandbox whose pod is not known. */
  private static final class Waiting {
    final long since;
    long due;
    boolean isRequested;

    Waiting(long since) {
      this.since = since;
      this.due = since + SETTLE;
    }
  }

  private final SandboxRegistry registry;
  private final PodMetadataSource source;
  private final ScheduledExecutorService loop;
  private final LongSupplier nanoTime;
  private final Map<SandboxId, Waiting> waiting = new LinkedHashMap<>();
  private volatile State runtime = State.UNKNOWN;
  private volatile boolean closed;
  private boolean tooMany;
  private int calls;
  private long retry = MIN_RETRY;
  private long retryAt;
  private long healthCheckAt;
  private @Nullable Future<?> timer;
  private long timerAt;

  /**
   * @param loop the single-threaded event loop
   */
  public PodMetadataResolver(
      SandboxRegistry registry, PodMetadataSource source, ScheduledExecutorService loop) {
    this(registry, source, loop, System::nanoTime);
  }

  PodMetadataResolver(
      SandboxRegistry registry,
      PodMetadataSource source,
      ScheduledExecutorService loop,
      LongSupplier nanoTime) {
    this.registry = registry;
    this.source = source;
    this.loop = loop;
    this.nanoTime = nanoTime;
  }

  /** Starts with the sandboxes in the registry. */
  public void start() {
    source.onLost(() -> lost("connection lost"));
    registry.addListener(this);
    var known = registry.snapshot();
    execute(() -> {
      retryAt = nanoTime.getAsLong() + SETTLE;
      for (var sandbox : known) {
        await(sandbox);
      }
      work();
    });
  }

  /** Whether the runtime responded to the last call; from any thread. */
  public boolean criUp() {
    return runtime == State.UP;
  }

  /** Stops all calls; from any thread. */
  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void added(Sandbox sandbox) {
    execute(() -> {
      await(sandbox);
      wakeAt(nanoTime.getAsLong() + SETTLE);
    });
  }

  @Override
  public void changed(Sandbox before, Sandbox after) {}

  @Override
  public void removed(Sandbox sandbox) {
    execute(() -> waiting.remove(sandbox.id()));
  }

  private void execute(Runnable task) {
    if (!closed && !loop.isShutdown()) {
      loop.execute(task);
    }
  }

  private void await(Sandbox sandbox) {
    if (!sandbox.pod().isKnown()) {
      waiting.putIfAbsent(sandbox.id(), new Waiting(nanoTime.getAsLong()));
    }
  }

  /** Makes the calls that are due, and schedules itself for the next one. */
  private void work() {
    if (closed) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (runtime == State.UP) {
      requestDue(now);
    } else if (calls == 0 && now - retryAt >= 0) {
      var all = List.copyOf(waiting.keySet());
      request(all.isEmpty() || (all.size() >= CROWD && !tooMany) ? all : all.subList(0, 1));
    }
    wakeAt(nextWork(now));
  }

  private void requestDue(long now) {
    var due = new ArrayList<SandboxId>();
    waiting.forEach((id, sandbox) -> {
      if (!sandbox.isRequested && now - sandbox.due >= 0) {
        due.add(id);
      }
    });
    if (due.size() >= CROWD && !tooMany && calls < MAX_CALLS) {
      request(due);
    } else if (due.isEmpty() && calls == 0 && now - healthCheckAt >= 0) {
      request(List.of());
    } else {
      for (var id : due.subList(0, Math.min(due.size(), MAX_CALLS - calls))) {
        request(List.of(id));
      }
    }
  }

  /** While calls are under way, their responses lead to the next ones. */
  private long nextWork(long now) {
    if (runtime != State.UP) {
      return calls > 0 ? now + MAX_PAUSE : retryAt;
    }
    long next = calls > 0 ? now + MAX_PAUSE : healthCheckAt;
    if (calls < MAX_CALLS) {
      for (var sandbox : waiting.values()) {
        if (!sandbox.isRequested && sandbox.due - next < 0) {
          next = sandbox.due;
        }
      }
    }
    return next;
  }

  private void wakeAt(long time) {
    if (timer != null) {
      if (timerAt - time <= 0) {
        return;
      }
      timer.cancel(false);
    }
    timerAt = time;
    timer =
        loop.schedule(
            () -> {
              timer = null;
              work();
            },
            time - nanoTime.getAsLong(),
            TimeUnit.NANOSECONDS);
  }

  private void request(List<SandboxId> ids) {
    var requested = new HashMap<SandboxId, Waiting>();
    for (var id : ids) {
      var sandbox = waiting.get(id);
      if (sandbox != null) {
        sandbox.isRequested = true;
        requested.put(id, sandbox);
      }
    }
    calls++;
    source.request(Set.copyOf(ids), new PendingCall(requested));
  }

  /** A call under way, and the sandboxes that it requests. */
  private final class PendingCall implements PodMetadataSource.Callback {
    private final Map<SandboxId, Waiting> requested;

    PendingCall(Map<SandboxId, Waiting> requested) {
      this.requested = requested;
    }

    private void end() {
      calls--;
      // A sandbox that was removed and created again meanwhile is another one.
      requested.entrySet().removeIf(entry -> waiting.get(entry.getKey()) != entry.getValue());
      requested.values().forEach(sandbox -> sandbox.isRequested = false);
      healthCheckAt = nanoTime.getAsLong() + HEALTH_CHECK;
    }

    @Override
    public void pods(Map<SandboxId, Pod> known) {
      end();
      succeeded();
      learn(requested, known);
      work();
    }

    @Override
    public void tooMany() {
      end();
      succeeded();
      tooMany = true;
      work();
    }

    @Override
    public void failed(String reason) {
      end();
      // To the end of the queue: the error of one sandbox must not delay the others.
      requested.forEach((id, sandbox) -> {
        waiting.remove(id);
        waiting.put(id, sandbox);
      });
      lost(reason);
      work();
    }
  }

  private void learn(Map<SandboxId, Waiting> requested, Map<SandboxId, Pod> known) {
    long now = nanoTime.getAsLong();
    var news = new HashMap<SandboxId, Pod>();
    requested.forEach((id, sandbox) -> {
      var pod = known.get(id);
      if (pod != null && pod.isKnown()) {
        news.put(id, pod);
        waiting.remove(id);
      } else {
        long pause = (now - sandbox.since) / AGE_PER_PAUSE;
        sandbox.due = now + Math.max(MIN_PAUSE, Math.min(pause, MAX_PAUSE));
      }
    });
    registry.describe(news);
  }

  private void succeeded() {
    if (runtime != State.UP) {
      runtime = State.UP;
      tooMany = false;
      LOG.info("CRI found", "endpoint", source.endpoint());
      long now = nanoTime.getAsLong();
      waiting.values().forEach(sandbox -> sandbox.due = now);
    }
    retry = MIN_RETRY;
  }

  private void lost(String reason) {
    if (runtime != State.DOWN) {
      var event = runtime == State.UNKNOWN ? "CRI not found" : "CRI lost";
      runtime = State.DOWN;
      LOG.info(event, "endpoint", source.endpoint(), "reason", reason);
    }
    retryAt = nanoTime.getAsLong() + retry;
    retry = Math.min(2 * retry, MAX_RETRY);
    wakeAt(retryAt);
  }
}

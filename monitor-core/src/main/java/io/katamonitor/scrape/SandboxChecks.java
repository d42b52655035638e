package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ScrapePolicy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the directory of every sandbox, so that states are honest where nobody scrapes: a second
 * after a sandbox appeared, each second while it is starting, else each 30 s. A scrape that came
 * before has looked already; a look costs microseconds on a file thread. Confined to the event
 * loop, except that the registry reports on any thread.
 */
public final class SandboxChecks implements SandboxRegistry.Listener {
  private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final SandboxRegistry registry;
  private final ScrapePolicy policy;
  private final ScrapeService service;
  private final Clock clock;
  private final Timer timer;

  /** When all were looked at last. */
  private long looked;

  private Timer.@Nullable Scheduled next;
  private boolean isSoon;

  public SandboxChecks(
      SandboxRegistry registry,
      ScrapePolicy policy,
      ScrapeService service,
      Clock clock,
      Timer timer) {
    this.registry = registry;
    this.policy = policy;
    this.service = service;
    this.clock = clock;
    this.timer = timer;
    looked = clock.nanoTime() - PAUSE_NANOS;
  }

  /** Begins with the sandboxes that the registry has; from any thread. */
  public void start() {
    registry.addListener(this);
    timer.execute(this::lookSoon);
  }

  private void look() {
    long now = clock.nanoTime();
    boolean isDue = now - looked >= PAUSE_NANOS;
    if (isDue) {
      looked = now;
    }
    boolean isStarting = false;
    for (var sandbox : registry.snapshot()) {
      boolean starts = service.status(sandbox).state() == SandboxState.STARTING;
      isStarting |= starts;
      if (starts || isDue) {
        policy.check(sandbox, decision -> checked(sandbox, decision));
      }
    }
    isSoon = isStarting;
    long pause = isStarting ? SOON_NANOS : PAUSE_NANOS - (now - looked);
    next = timer.schedule(this::look, Math.max(pause, SOON_NANOS));
  }

  private void checked(Sandbox sandbox, ScrapePolicy.Decision decision) {
    if (registry.find(sandbox.id()) != null) {
      service.checked(sandbox, decision);
    }
  }

  private void lookSoon() {
    if (!isSoon) {
      isSoon = true;
      if (next != null) {
        next.cancel();
      }
      next = timer.schedule(this::look, SOON_NANOS);
    }
  }

  @Override
  public void added(Sandbox sandbox) {
    timer.execute(this::lookSoon);
  }

  @Override
  public void changed(Sandbox before, Sandbox after) {}

  @Override
  public void removed(Sandbox sandbox) {}
}

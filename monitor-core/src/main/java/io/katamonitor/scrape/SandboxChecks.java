package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ScrapePolicy;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks every sandbox, so that states are correct even without scrapes: one second after it
 * appeared, every second while it is starting, otherwise every 30 s. A check examines the
 * directory, on a file thread. If no request was sent to the shim since the last check, it then
 * connects to the shim without sending anything, one sandbox at a time. Confined to the event loop,
 * except that the registry reports on any thread.
 */
public final class SandboxChecks implements SandboxRegistry.Listener {
  private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** A sandbox whose directory was checked, and the decision. */
  private record CheckedSandbox(Sandbox sandbox, Decision decision) {}

  private final SandboxRegistry registry;
  private final ScrapePolicy policy;
  private final ScrapeService service;
  private final ShimProbe probe;
  private final ReachabilityListener listener;
  private final Clock clock;
  private final Timer timer;
  private final ArrayDeque<CheckedSandbox> toProbe = new ArrayDeque<>();
  private boolean isProbing;

  /** When all were checked last. */
  private long lastCheck;

  private Timer.@Nullable Scheduled next;
  private boolean isSoon;

  public SandboxChecks(
      SandboxRegistry registry,
      ScrapePolicy policy,
      ScrapeService service,
      ShimProbe probe,
      ReachabilityListener listener,
      Clock clock,
      Timer timer) {
    this.registry = registry;
    this.policy = policy;
    this.service = service;
    this.probe = probe;
    this.listener = listener;
    this.clock = clock;
    this.timer = timer;
    lastCheck = clock.nanoTime() - PAUSE_NANOS;
  }

  /** Starts with the sandboxes in the registry; from any thread. */
  public void start() {
    registry.addListener(this);
    timer.execute(this::checkSoon);
  }

  private void checkDue() {
    long now = clock.nanoTime();
    boolean isDue = now - lastCheck >= PAUSE_NANOS;
    if (isDue) {
      lastCheck = now;
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
    long pause = isStarting ? SOON_NANOS : PAUSE_NANOS - (now - lastCheck);
    next = timer.schedule(this::checkDue, Math.max(pause, SOON_NANOS));
  }

  private void checked(Sandbox sandbox, Decision decision) {
    if (registry.find(sandbox.id()) == null) {
      return;
    }
    var gate = service.gate(sandbox);
    if (decision == Decision.STARTING) {
      gate.checked(sandbox, decision);
    } else if (gate.wasRequestedWithin(PAUSE_NANOS)) {
      gate.checked(sandbox, decision);
      report(sandbox, gate.status());
    } else {
      toProbe.add(new CheckedSandbox(sandbox, decision));
      probeNext();
    }
  }

  /** Reports what the last request showed. */
  private void report(Sandbox sandbox, SandboxStatus status) {
    if (status.reason() == FailureReason.REFUSED) {
      listener.refused(sandbox);
    } else if (status.state() == SandboxState.RUNNING) {
      listener.reached(sandbox);
    }
  }

  private void probeNext() {
    var one = isProbing ? null : toProbe.poll();
    if (one != null) {
      isProbing = true;
      probe.probe(one.sandbox(), new ProbeCallback(one));
    }
  }

  /** Result of a connection without a request. */
  private final class ProbeCallback implements ShimProbe.Callback {
    private final Sandbox sandbox;
    private final Decision decision;

    ProbeCallback(CheckedSandbox checked) {
      sandbox = checked.sandbox();
      decision = checked.decision();
    }

    @Override
    public void reached() {
      if (registry.find(sandbox.id()) != null) {
        listener.reached(sandbox);
        var gate = service.gate(sandbox);
        gate.checked(sandbox, decision);
        if (decision != Decision.NOT_SCRAPED) {
          gate.reached(sandbox);
        }
      }
      done();
    }

    @Override
    public void failed(ShimClient.ConnectFailure failure, String detail) {
      if (registry.find(sandbox.id()) != null) {
        if (failure == ShimClient.ConnectFailure.REFUSED) {
          listener.refused(sandbox);
        }
        settle(service.gate(sandbox), failure, detail);
      }
      done();
    }

    /** A full backlog and the monitor's own lack of descriptors are not the sandbox's fault. */
    private void settle(ShimGate gate, ShimClient.ConnectFailure failure, String detail) {
      if (decision == Decision.NOT_SCRAPED) {
        gate.checked(sandbox, decision);
      } else if (failure == ShimClient.ConnectFailure.REFUSED) {
        gate.unreachable(sandbox, FailureReason.REFUSED, detail);
      } else if (failure == ShimClient.ConnectFailure.DENIED) {
        gate.unreachable(sandbox, FailureReason.DENIED, detail);
      } else {
        gate.checked(sandbox, decision);
      }
    }

    private void done() {
      isProbing = false;
      probeNext();
    }
  }

  private void checkSoon() {
    if (!isSoon) {
      isSoon = true;
      if (next != null) {
        next.cancel();
      }
      next = timer.schedule(this::checkDue, SOON_NANOS);
    }
  }

  @Override
  public void added(Sandbox sandbox) {
    timer.execute(this::checkSoon);
  }

  @Override
  public void changed(Sandbox before, Sandbox after) {}

  @Override
  public void removed(Sandbox sandbox) {}
}

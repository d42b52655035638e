package io.katamonitor;

import io.katamonitor.config.Configuration;
import io.katamonitor.endpoint.AgentUrlEndpoint;
import io.katamonitor.endpoint.DebugEndpoint;
import io.katamonitor.endpoint.HealthEndpoint;
import io.katamonitor.endpoint.MetricsEndpoint;
import io.katamonitor.endpoint.PageEndpoints;
import io.katamonitor.endpoint.Readiness;
import io.katamonitor.endpoint.ReadyEndpoint;
import io.katamonitor.endpoint.SandboxParameter;
import io.katamonitor.endpoint.ShimProxies;
import io.katamonitor.endpoint.TargetsEndpoint;
import io.katamonitor.lifecycle.SandboxLifecycle;
import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.sandbox.RuntimeListing;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ScrapePolicy;
import io.katamonitor.scrape.Clock;
import io.katamonitor.scrape.SandboxChecks;
import io.katamonitor.scrape.ScrapeLimits;
import io.katamonitor.scrape.ScrapePorts;
import io.katamonitor.scrape.ScrapeService;
import io.katamonitor.scrape.Timer;
import io.katamonitor.selfmetrics.SandboxStates;
import io.katamonitor.selfmetrics.SelfMetrics;
import io.katamonitor.server.Router;
import io.katamonitor.shim.EpollShimClient;
import io.katamonitor.shim.EpollShimProbe;
import io.katamonitor.shim.EventLoopTimer;
import io.katamonitor.usage.UsageHistory;
import io.katamonitor.web.DocumentMemory;
import io.katamonitor.web.DocumentService;
import io.katamonitor.web.SnapshotSource;
import io.netty.channel.EventLoop;
import java.time.Duration;

/** The endpoint of each path. */
final class Routes {
  /** Time limit of a proxied response, in addition to the requested seconds of a profile. */
  static final Duration SHIM_LIMIT = Duration.ofSeconds(10);

  private final Configuration configuration;
  private final EventLoop loop;
  private final SandboxRegistry registry;
  private final SelfMetrics self;
  private final NettySlabSource slabs;
  private final EpollShimClient shims;
  private final ScrapePolicy policy;
  private final MemoryBudget budget;
  private final UsageHistory history;
  private final SnapshotSource.Node node;
  private final RuntimeListing runtime;

  Routes(
      Configuration configuration,
      EventLoop loop,
      SandboxRegistry registry,
      SelfMetrics self,
      NettySlabSource slabs,
      EpollShimClient shims,
      ScrapePolicy policy,
      MemoryBudget budget,
      UsageHistory history,
      SnapshotSource.Node node,
      RuntimeListing runtime) {
    this.configuration = configuration;
    this.loop = loop;
    this.registry = registry;
    this.self = self;
    this.slabs = slabs;
    this.shims = shims;
    this.policy = policy;
    this.budget = budget;
    this.history = history;
    this.node = node;
    this.runtime = runtime;
  }

  /**
   * The router, filled.
   *
   * @param secure whether clients use HTTPS
   */
  Router router(Readiness readiness, boolean secure) {
    boolean debug = configuration.debugEndpoints();
    var sandboxOf = new SandboxParameter(registry);
    var proxies = new ShimProxies(shims);
    var health = new HealthEndpoint();
    var timer = new EventLoopTimer(loop);
    var service = scrapeService(timer);
    var router =
        new Router()
            .add("/metrics", "metrics", metrics(service, sandboxOf))
            .add("/sd", "sd", new TargetsEndpoint(registry, secure))
            .add("/agent-url", "agent-url", new AgentUrlEndpoint(sandboxOf, proxies, SHIM_LIMIT))
            .addHealth("/healthz", "healthz", health)
            .addHealth("/livez", "livez", health)
            .addHealth("/readyz", "readyz", new ReadyEndpoint(readiness));
    if (debug) {
      new DebugEndpoint(sandboxOf, proxies, SHIM_LIMIT).addTo(router);
    }
    addPages(router, service, timer);
    return router;
  }

  private SandboxLifecycle lifecycle(EventLoopTimer timer) {
    var lifecycle = new SandboxLifecycle(runtime, Clock.SYSTEM, timer);
    registry.addListener(lifecycle);
    self.counter(
        "kata_monitor_sandboxes_added_total",
        "Sandboxes that were found, including those found at the start.",
        lifecycle::added);
    self.counters(
        "kata_monitor_sandboxes_lost_total",
        "Sandboxes that were lost while their pods should have been running.",
        "reason",
        lifecycle::lost);
    self.counter(
        "kata_monitor_sandboxes_removed_total",
        "Sandboxes whose directory was removed.",
        lifecycle::removed);
    return lifecycle;
  }

  private ScrapeService scrapeService(EventLoopTimer timer) {
    var ports = new ScrapePorts(shims, policy, self, slabs, Clock.SYSTEM, timer, history);
    var limits =
        new ScrapeLimits(
            configuration.maxConcurrentShims(),
            configuration.scrapeTimeout().toNanos(),
            configuration.maxShimResponseBytes(),
            configuration.maxShimSamples());
    var filter = configuration.families();
    var naming = new KataNames(configuration.allowForeignFamilies(), filter::keeps);
    var service =
        new ScrapeService(
            registry, ports, limits, naming, new PageStore(slabs, budget.bodies()), budget);
    new SandboxChecks(
            registry,
            policy,
            service,
            new EpollShimProbe(loop),
            lifecycle(timer),
            Clock.SYSTEM,
            timer)
        .start();
    self.gauges(
        "kata_monitor_sandboxes",
        "Sandboxes by state.",
        "state",
        new SandboxStates(registry, service::status));
    return service;
  }

  private MetricsEndpoint metrics(ScrapeService service, SandboxParameter sandboxOf) {
    return new MetricsEndpoint(
        service, sandboxOf, configuration.timeoutOffset(), configuration.maxRequests());
  }

  private void addPages(Router router, ScrapeService service, Timer timer) {
    boolean debug = configuration.debugEndpoints();
    var memory = new DocumentMemory(slabs, budget.documents());
    var sandboxes =
        new SnapshotSource.Sandboxes(
            registry::snapshot,
            service::status,
            sandbox -> self.lastScrape(sandbox.id()),
            sandbox -> self.guestUsage(sandbox.id()));
    var documents =
        DocumentService.of(
            new SnapshotSource(node, sandboxes, history, Clock.SYSTEM),
            history,
            debug,
            memory,
            Clock.SYSTEM,
            timer);
    PageEndpoints.addTo(router, documents, memory, registry, debug);
  }
}

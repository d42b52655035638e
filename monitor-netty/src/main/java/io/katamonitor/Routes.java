package io.katamonitor;

import io.katamonitor.config.Configuration;
import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.endpoint.AgentUrlEndpoint;
import io.katamonitor.endpoint.DebugEndpoint;
import io.katamonitor.endpoint.HealthEndpoint;
import io.katamonitor.endpoint.IndexEndpoint;
import io.katamonitor.endpoint.MetricsEndpoint;
import io.katamonitor.endpoint.RawMetricsEndpoint;
import io.katamonitor.endpoint.Readiness;
import io.katamonitor.endpoint.ReadyEndpoint;
import io.katamonitor.endpoint.SandboxParameter;
import io.katamonitor.endpoint.SandboxesEndpoint;
import io.katamonitor.endpoint.TargetsEndpoint;
import io.katamonitor.exposition.DropReason;
import io.katamonitor.exposition.FamilyRule;
import io.katamonitor.exposition.PageStore;
import io.katamonitor.page.IndexPage;
import io.katamonitor.page.SandboxesPage;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.scrape.AskRule;
import io.katamonitor.scrape.Scraper;
import io.katamonitor.self.SelfMetrics;
import io.katamonitor.server.Router;
import io.katamonitor.shim.EpollShimClient;
import io.netty.channel.EventLoop;
import java.time.Duration;

/** Which endpoint stands behind which path. */
final class Routes {
  /** What the answers of all shims may take outside the heap, at 10 KB for an ordinary one. */
  private static final long SCRAPE_BYTES = 64L << 20;

  /** What a shim may take for anything but metrics, beyond the seconds it was asked to last. */
  static final Duration SHIM_LIMIT = Duration.ofSeconds(10);

  private final Configuration configuration;
  private final EventLoop loop;
  private final SandboxRegistry registry;
  private final SelfMetrics self;
  private final NettySlabs slabs;

  Routes(
      Configuration configuration,
      EventLoop loop,
      SandboxRegistry registry,
      SelfMetrics self,
      NettySlabs slabs) {
    this.configuration = configuration;
    this.loop = loop;
    this.registry = registry;
    this.self = self;
    this.slabs = slabs;
  }

  /**
   * The router, filled.
   *
   * @param secure whether clients come by HTTPS
   */
  Router router(Readiness readiness, boolean secure) {
    boolean debug = configuration.debugEndpoints();
    var sandboxOf = new SandboxParameter(registry);
    var health = new HealthEndpoint();
    var router =
        new Router()
            .add("/metrics", "metrics", metrics(sandboxOf))
            .add("/", "index", new IndexEndpoint(new IndexPage(debug)))
            .add(
                "/sandboxes",
                "sandboxes",
                new SandboxesEndpoint(new SandboxesPage(debug), registry, self))
            .add("/sd", "sd", new TargetsEndpoint(registry, secure))
            .add("/agent-url", "agent-url", new AgentUrlEndpoint(sandboxOf, SHIM_LIMIT))
            .addHealth("/healthz", "healthz", health)
            .addHealth("/livez", "livez", health)
            .addHealth("/readyz", "readyz", new ReadyEndpoint(readiness));
    if (debug) {
      new DebugEndpoint(sandboxOf, SHIM_LIMIT).addTo(router);
    }
    return router;
  }

  private MetricsEndpoint metrics(SandboxParameter sandboxOf) {
    var askRule = askRule(configuration.runtimeRsScrape());
    var scraper =
        new Scraper(
            registry,
            new EpollShimClient(loop),
            new Scraper.Limits(
                configuration.maxConcurrentShims(),
                configuration.scrapeTimeout().toNanos(),
                configuration.maxShimResponseBytes()),
            askRule,
            familyRule(configuration),
            self,
            new PageStore(slabs, SCRAPE_BYTES));
    var raw =
        new RawMetricsEndpoint(
            sandboxOf,
            scraper::mayAsk,
            configuration.scrapeTimeout(),
            configuration.timeoutOffset(),
            configuration.maxShimResponseBytes());
    return new MetricsEndpoint(
        scraper, self, sandboxOf, raw, configuration.timeoutOffset(), configuration.maxRequests());
  }

  private static AskRule askRule(RuntimeRsScrape choice) {
    return switch (choice) {
      case ALWAYS -> AskRule.ALL;
      case NEVER -> AskRule.GO_ONLY;
      case AUTO -> AskRule.KNOWN_TO_BE_SAFE;
    };
  }

  private static FamilyRule familyRule(Configuration configuration) {
    var kata = configuration.allowForeignFamilies() ? FamilyRule.ALL : FamilyRule.KATA;
    var filter = configuration.families();
    return name -> {
      var dropped = kata.drops(name);
      return dropped == null && !filter.keeps(name) ? DropReason.FILTERED : dropped;
    };
  }
}

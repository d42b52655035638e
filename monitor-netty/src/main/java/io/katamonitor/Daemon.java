package io.katamonitor;

import io.katamonitor.config.Configuration;
import io.katamonitor.config.ListenAddress;
import io.katamonitor.cri.CriClient;
import io.katamonitor.endpoint.Readiness;
import io.katamonitor.log.Log;
import io.katamonitor.logging.Logging;
import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.sandbox.DirectoryScrapePolicy;
import io.katamonitor.sandbox.PodMetadataResolver;
import io.katamonitor.sandbox.RootStatus;
import io.katamonitor.sandbox.SandboxDiscovery;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.selfmetrics.BuildInfo;
import io.katamonitor.selfmetrics.SelfMetrics;
import io.katamonitor.server.ConnectionMemory;
import io.katamonitor.server.HttpServer;
import io.katamonitor.server.Security;
import io.katamonitor.server.ServerLimits;
import io.katamonitor.shim.EpollShimClient;
import io.katamonitor.tls.ConfiguredSecurity;
import io.katamonitor.tls.SecuritySetupException;
import io.katamonitor.usage.HostUsageReader;
import io.katamonitor.usage.HostUsageService;
import io.katamonitor.usage.HostUsageSource;
import io.katamonitor.usage.UsageHistory;
import io.katamonitor.web.SnapshotSource;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Creates, connects, starts and stops the parts of the monitor. One event loop runs everything that
 * needs no thread of its own (ARCHITECTURE.md lists the threads). {@link #start} and {@link #stop}
 * are called on one thread that is not the loop's.
 */
public final class Daemon {
  private static final Log LOG = Log.of(Daemon.class);

  /** Time to finish open responses when the daemon stops. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Time that a scrape waits for the host's cgroups, whose reading takes milliseconds. */
  private static final Duration HOST_USAGE_DEADLINE = Duration.ofSeconds(2);

  private final EventLoopGroup loops;
  private final SandboxRegistry registry = new SandboxRegistry();
  private final SelfMetrics self = new SelfMetrics(BuildInfo.OWN, registry);
  private final Readiness readiness = new Readiness();
  private final NettySlabSource slabs = new NettySlabSource();
  private final SandboxDiscovery discovery;
  private final DirectoryScrapePolicy policy;
  private final CriClient runtime;
  private final PodMetadataResolver pods;
  private final EpollShimClient shims;
  private final HttpServer server;
  private final SystemdNotify systemd;

  /** Read the host's cgroups. */
  private final ExecutorService hostUsageThreads = HostUsageService.newFileThreads();

  private final List<SocketAddress> addresses = new ArrayList<>();
  private volatile boolean listening;

  private Daemon(
      Configuration configuration, EventLoopGroup loops, Security security, MemoryBudget budget) {
    this.loops = loops;
    EventLoop loop = loops.next();
    systemd = new SystemdNotify(loop, System.getenv("NOTIFY_SOCKET"));
    discovery = new SandboxDiscovery(configuration.sandboxesPaths(), registry);
    policy =
        new DirectoryScrapePolicy(
            configuration.runtimeRsScrape(), configuration.sandboxesPaths().size(), registry, loop);
    runtime = new CriClient(configuration.runtimeEndpoint(), loop, budget.cri());
    pods = new PodMetadataResolver(registry, runtime, loop);
    self.gauge(
        "kata_monitor_cri_up",
        "1 while the container runtime responds, else 0.",
        () -> pods.criUp() ? 1 : 0);
    self.gauge(
        "kata_monitor_direct_memory_limit_bytes",
        "Limit of the direct memory that Netty may allocate.",
        PlatformDependent::maxDirectMemory);
    self.gauge(
        "kata_monitor_direct_memory_used_bytes",
        "Direct memory that Netty has allocated.",
        PlatformDependent::usedDirectMemory);
    self.counter(
        "kata_monitor_log_lines_dropped_total",
        "Log lines that were dropped because standard error was not read.",
        Logging::droppedLines);
    self.gauge(
        "kata_monitor_memory_limit_bytes",
        "Limit of the off-heap memory that clients, guests and runtimes can make grow.",
        budget::offHeapBytes);
    self.gauges(
        "kata_monitor_memory_used_bytes",
        "Memory that is held for clients, guests and runtimes.",
        "account",
        () -> usedBytes(budget));
    self.gauges(
        "kata_monitor_storage_root_readable",
        "1 if the storage root can be listed, 0 if it exists but cannot be listed.",
        "root",
        this::readableRoots);
    addRootChecks();
    readiness.add("listeners", () -> listening);
    shims = new EpollShimClient(loop);
    server =
        new HttpServer(
            loop,
            new Routes(
                    configuration,
                    loop,
                    registry,
                    self,
                    slabs,
                    shims,
                    policy,
                    budget,
                    new UsageHistory(
                        hostUsage(configuration.cgroupRoot(), loop),
                        registry::snapshot,
                        budget.history()),
                    node(configuration),
                    runtime)
                .router(readiness, security.encrypts()),
            ServerLimits.DEFAULT,
            new RequestCounter(self),
            security,
            ConnectionMemory.of(budget.connections()),
            System::nanoTime);
  }

  private SnapshotSource.Node node(Configuration configuration) {
    return new SnapshotSource.Node(
        BuildInfo.OWN,
        Instant.now(),
        configuration.runtimeEndpoint().toString(),
        pods::criUp,
        self::lastScrapeStarted,
        discovery::roots);
  }

  private HostUsageSource hostUsage(@Nullable Path root, EventLoop loop) {
    return root == null
        ? HostUsageSource.NONE
        : new HostUsageService(
            registry::snapshot,
            new HostUsageReader(root),
            hostUsageThreads,
            loop,
            System::nanoTime,
            HOST_USAGE_DEADLINE);
  }

  private static SortedMap<String, Long> usedBytes(MemoryBudget budget) {
    var used = new TreeMap<String, Long>();
    for (var account : budget.accounts()) {
      used.put(account.name(), account.usedBytes());
    }
    return used;
  }

  /** An absent root has no series: a node has the roots of the runtimes that it uses. */
  private SortedMap<String, Long> readableRoots() {
    var readable = new TreeMap<String, Long>();
    for (var root : discovery.roots()) {
      if (root.state() != RootStatus.State.ABSENT) {
        readable.put(root.root().toString(), root.isFaulty() ? 0L : 1L);
      }
    }
    return readable;
  }

  /** A root that exists but cannot be read, or is lost, may hide sandboxes. */
  private void addRootChecks() {
    var roots = discovery.roots();
    for (int i = 0; i < roots.size(); i++) {
      int index = i;
      readiness.addCheck(
          "storage-root " + roots.get(i).root(),
          () -> {
            var root = discovery.roots().get(index);
            return root.isFaulty() ? root.reason() : null;
          });
    }
  }

  /**
   * Starts the daemon. On return the storage roots were read and every listener is open.
   *
   * @throws StartException if one of the addresses cannot be bound; everything started is stopped
   */
  public static Daemon start(Configuration configuration) throws StartException {
    return start(
        configuration,
        new MemoryBudget(configuration.memoryBudgetBytes(), Runtime.getRuntime().maxMemory()));
  }

  /**
   * The same with a budget that the caller keeps, to report the use of memory.
   *
   * @param budget used on the event loop from now on
   */
  static Daemon start(Configuration configuration, MemoryBudget budget) throws StartException {
    if (!Epoll.isAvailable()) {
      throw new StartException(
          "this machine cannot run it: Netty's native epoll library does not load: "
              + firstLine(Epoll.unavailabilityCause()));
    }
    var security = security(configuration);
    var loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("event-loop", true), EpollIoHandler.newFactory());
    var daemon = new Daemon(configuration, loops, security, budget);
    try {
      // Before the port opens, so that the first scrape includes every sandbox.
      daemon.discovery.start();
      daemon.listen(configuration.listenAddresses());
      daemon.pods.start();
      return daemon;
    } catch (IOException e) {
      daemon.stop();
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }

  private static Security security(Configuration configuration) throws StartException {
    var flags = configuration.tls();
    var file = configuration.webConfigFile();
    try {
      if (flags != null) {
        return ConfiguredSecurity.of(flags);
      }
      return file == null ? Security.NONE : ConfiguredSecurity.of(file);
    } catch (SecuritySetupException e) {
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }

  private void listen(List<ListenAddress> configured) throws IOException {
    for (var address : configured) {
      var bound = server.listen(address);
      addresses.add(bound);
      LOG.info("listening", "address", text(bound));
    }
    listening = true;
    systemd.ready();
  }

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? NetUtil.toSocketAddressString(inet)
        : "unix:" + address;
  }

  private static String firstLine(Throwable cause) {
    var text = String.valueOf(cause.getMessage());
    return text.lines().findFirst().orElse(text);
  }

  /**
   * The addresses it listens on, in the order of the configuration, with the ports the kernel
   * chose.
   */
  public List<SocketAddress> addresses() {
    return List.copyOf(addresses);
  }

  /** The port of its first TCP listener. */
  public int port() {
    for (var address : addresses) {
      if (address instanceof InetSocketAddress inet) {
        return inet.getPort();
      }
    }
    throw new IllegalStateException("no TCP listener");
  }

  public SandboxRegistry registry() {
    return registry;
  }

  /** Stops in order: not ready, listeners closed, open responses finished within 5 s. */
  public void stop() {
    readiness.end();
    systemd.stopping();
    server.stop(GRACE).awaitUninterruptibly();
    discovery.close();
    policy.close();
    hostUsageThreads.shutdownNow();
    pods.close();
    loops
        .submit(() -> {
          runtime.close();
          shims.close();
        })
        .awaitUninterruptibly();
    // After the pending tasks of the closed connections.
    loops
        .submit(() -> {
          slabs.close();
        })
        .awaitUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}

package io.katamonitor.sandbox;

import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.log.Log;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Decides by the content of the sandbox's directory ({@link ShimDirectory}), which file threads
 * examine. Each storage root has its own {@link CheckLane}, so that one that hangs (for example on
 * a hung mount) delays no other.
 *
 * <p>Confined to the event loop, but for {@link #close} and the registry's calls. The state of a
 * sandbox is dropped when the registry removes it, or when a check finds its directory gone.
 */
public final class DirectoryScrapePolicy
    implements ScrapePolicy, SandboxRegistry.Listener, AutoCloseable {
  private static final Log LOG = Log.of(DirectoryScrapePolicy.class);

  /** Threads for each storage root at most; more than one only while checks hang. */
  public static final int MAX_THREADS = CheckLane.MAX_THREADS;

  private static final Duration KEEP_THREAD = Duration.ofMinutes(5);

  private final RuntimeRsScrape allowed;
  private final Path goRoot;
  private final ScheduledExecutorService loop;
  private final ExecutorService threads;
  private final FileClock clock;
  private final Map<Path, ShimDirectory> directories = new HashMap<>();

  /**
   * By the parent of the directory, that is the storage root; one for each {@code sandboxes-path}.
   */
  private final Map<Path, CheckLane> lanes = new HashMap<>();

  /**
   * @param roots number of storage roots
   * @param loop the single-threaded event loop
   */
  public DirectoryScrapePolicy(
      RuntimeRsScrape allowed, int roots, SandboxRegistry registry, ScheduledExecutorService loop) {
    this(allowed, Path.of(KataRuntimes.GO_ROOT), loop, newThreads(roots), FileClock.SYSTEM);
    registry.addListener(this);
    if (allowed.mode() == RuntimeRsScrape.Mode.ALWAYS) {
      LOG.warn(
          "every shim of runtime-rs is scraped: one that does not implement its hypervisor's metrics"
              + " aborts, and its pod with it",
          "runtime-rs-scrape",
          allowed);
    }
  }

  DirectoryScrapePolicy(
      RuntimeRsScrape allowed,
      Path goRoot,
      ScheduledExecutorService loop,
      ExecutorService threads,
      FileClock clock) {
    this.allowed = allowed;
    this.goRoot = goRoot;
    this.loop = loop;
    this.threads = threads;
    this.clock = clock;
  }

  /**
   * One thread per lane and one more, since a thread that has returned a batch may not be ready for
   * the next one. All are started now: later the system may have none left. There are more only
   * while checks hang; each lane limits its own threads.
   */
  private static ExecutorService newThreads(int roots) {
    var threads =
        new ThreadPoolExecutor(
            roots + 1,
            Integer.MAX_VALUE,
            KEEP_THREAD.toSeconds(),
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              var thread = new Thread(task, "file-operations");
              thread.setDaemon(true);
              return thread;
            });
    threads.prestartAllCoreThreads();
    return threads;
  }

  @Override
  public void check(Sandbox sandbox, Consumer<Decision> onLoop) {
    lane(sandbox.directory()).check(directory(sandbox), onLoop);
  }

  @Override
  public void checkGone(Sandbox sandbox, Consumer<Boolean> onLoop) {
    var directory = directory(sandbox);
    lane(sandbox.directory()).check(directory, decision -> onLoop.accept(directory.isGone()));
  }

  private ShimDirectory directory(Sandbox sandbox) {
    var directory = directories.get(sandbox.directory());
    if (directory == null) {
      directory = new ShimDirectory(sandbox.directory(), goRoot, allowed, clock);
      directories.put(sandbox.directory(), directory);
    }
    return directory;
  }

  @Override
  public String whyNotScraped(Sandbox sandbox) {
    var directory = directories.get(sandbox.directory());
    if (directory == null) {
      return "its directory is gone";
    }
    if (lane(sandbox.directory()).isHung(directory)) {
      return "its storage root hangs";
    }
    var reason = directory.whyNotScraped();
    return reason.isEmpty() ? "its directory was not checked in time" : reason;
  }

  private CheckLane lane(Path directory) {
    var parent = directory.getParent();
    var root = parent == null ? directory : parent;
    var lane = lanes.get(root);
    if (lane == null) {
      lane = new CheckLane(threads, loop, this::forgetIfGone);
      lanes.put(root, lane);
    }
    return lane;
  }

  private void forgetIfGone(DirectoryCheck check) {
    var directory = check.directory();
    if (directory.isGone()) {
      // The registry has reported it, or is about to.
      directories.remove(directory.path(), directory);
    }
  }

  /** Number of sandboxes whose state it holds. */
  int size() {
    return directories.size();
  }

  /** From any thread. */
  private void execute(Runnable task) {
    if (!threads.isShutdown() && !loop.isShutdown()) {
      loop.execute(task);
    }
  }

  @Override
  public void added(Sandbox sandbox) {}

  @Override
  public void changed(Sandbox before, Sandbox after) {}

  @Override
  public void removed(Sandbox sandbox) {
    execute(() -> directories.remove(sandbox.directory()));
  }

  /** Stops all checks; from any thread. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}

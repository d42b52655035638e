package io.katamonitor.sandbox;

import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.log.Log;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides by a look at the sandbox's directory ({@link ShimDirectory}), on a thread for file
 * operations. What is asked for within one turn of the event loop, or while a batch is looked at,
 * is the next batch: one handover to the thread and one back for a whole scrape.
 *
 * <p>A look that takes longer than {@link #DEADLINE} (a mount that hangs) is decided as {@code
 * NOT_SCRAPED}, and so are further checks of that sandbox until the look returns; the rest of its
 * batch goes on with another thread, of at most {@link #MAX_THREADS}.
 *
 * <p>Confined to the event loop, but for {@link #close} and the registry's calls. It forgets a
 * sandbox when the registry removes it, or a look finds it gone.
 */
public final class DirectoryScrapePolicy
    implements ScrapePolicy, SandboxRegistry.Listener, AutoCloseable {
  private static final Log LOG = Log.of(DirectoryScrapePolicy.class);

  /** Time for one look; real ones take microseconds. */
  static final Duration DEADLINE = Duration.ofSeconds(1);

  /** As many looks may hang; past that all sandboxes are decided as {@code NOT_SCRAPED}. */
  public static final int MAX_THREADS = 8;

  private static final Duration KEEP_THREAD = Duration.ofMinutes(5);

  private final RuntimeRsScrape allowed;
  private final Path goRoot;
  private final ScheduledExecutorService loop;
  private final ExecutorService threads;
  private final FileClock clock;
  private final Map<Path, ShimDirectory> directories = new HashMap<>();

  /** The next batch; who checks a sandbox twice shares one look. */
  private final Map<ShimDirectory, DirectoryCheck> waiting = new LinkedHashMap<>();

  private final Set<ShimDirectory> hung = new HashSet<>();
  private @Nullable CheckBatch running;
  private @Nullable Future<?> deadline;
  private boolean isStartDue;

  /**
   * @param loop the single-threaded event loop
   */
  public DirectoryScrapePolicy(
      RuntimeRsScrape allowed, SandboxRegistry registry, ScheduledExecutorService loop) {
    this(allowed, Path.of(KataRuntimes.GO_ROOT), loop, newThreads(), FileClock.SYSTEM);
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

  private static ExecutorService newThreads() {
    return new ThreadPoolExecutor(
        0,
        MAX_THREADS,
        KEEP_THREAD.toSeconds(),
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          var thread = new Thread(task, "file-operations");
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public void check(Sandbox sandbox, Consumer<Decision> onLoop) {
    var directory = directories.get(sandbox.directory());
    if (directory == null) {
      directory = new ShimDirectory(sandbox.directory(), goRoot, allowed, clock);
      directories.put(sandbox.directory(), directory);
    }
    if (hung.contains(directory)) {
      onLoop.accept(Decision.NOT_SCRAPED);
      return;
    }
    var check = waiting.get(directory);
    if (check == null) {
      check = new DirectoryCheck(directory);
      waiting.put(directory, check);
    }
    check.add(onLoop);
    if (running == null && !isStartDue) {
      isStartDue = true;
      loop.execute(this::startBatch);
    }
  }

  @Override
  public String whyNotScraped(Sandbox sandbox) {
    var directory = directories.get(sandbox.directory());
    if (directory == null) {
      return "its directory is gone";
    }
    if (hung.contains(directory)) {
      return "its storage root hangs";
    }
    var reason = directory.whyNotScraped();
    return reason.isEmpty() ? "its directory was not looked at in time" : reason;
  }

  private void startBatch() {
    isStartDue = false;
    if (running == null && !waiting.isEmpty()) {
      var checks = List.copyOf(waiting.values());
      waiting.clear();
      var batch = new CheckBatch(checks, returned -> execute(() -> collect(returned)));
      running = batch;
      run(batch);
    }
  }

  private void run(CheckBatch batch) {
    try {
      threads.execute(batch);
      deadline = loop.schedule(() -> stalled(batch), DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.warn("no thread is left for looks at storage roots: no sandbox is scraped");
      batch.abandon();
      for (var check : batch.checks()) {
        if (!check.isAnswered()) {
          check.answer();
        }
      }
      end(batch);
    }
  }

  /** A thread has done all of the batch that it could. */
  private void collect(CheckBatch batch) {
    boolean isComplete = true;
    for (var check : batch.checks()) {
      var directory = check.directory();
      if (directory.isGone()) {
        // The registry has reported it, or is about to.
        directories.remove(directory.path(), directory);
      }
      if (check.isAnswered()) {
        if (check.hasResult()) {
          hung.remove(directory);
        }
      } else if (check.hasResult()) {
        check.answer();
      } else {
        isComplete = false;
      }
    }
    if (isComplete) {
      end(batch);
    }
  }

  /** The batch has not ended in time: passes over the look that hangs. */
  private void stalled(CheckBatch batch) {
    if (batch != running) {
      return;
    }
    for (var check : batch.checks()) {
      if (!check.isAnswered() && check.isLooking()) {
        LOG.warn(
            "a storage root hangs: sandbox is not scraped", "directory", check.directory().path());
        hung.add(check.directory());
        check.answer();
      }
    }
    if (batch.hasMore()) {
      run(batch);
    } else {
      collect(batch);
    }
  }

  private void end(CheckBatch batch) {
    if (batch == running) {
      running = null;
      if (deadline != null) {
        deadline.cancel(false);
        deadline = null;
      }
      startBatch();
    }
  }

  /** How many sandboxes it remembers. */
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

  /** Decides no more; from any thread. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}

package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link SandboxRegistry} at what is in the storage roots. A daemon thread looks at each
 * root once, follows inotify from then on, and twice a second makes sure that what is watched is
 * still what is at the roots' paths. A sandbox found under two roots is the Go runtime's, as long
 * as it is there.
 *
 * <p>{@link #roots} and {@link #close} may be called from any thread.
 */
public final class SandboxDiscovery implements AutoCloseable {
  private static final Log LOG = Log.of(SandboxDiscovery.class);

  /** Half of the second in which a root made late has to be seen. A look costs a stat(2) a root. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(500);

  /** Rest after an event, in which a storm's others gather: they cost one snapshot, or listing. */
  private static final long REST = TimeUnit.MILLISECONDS.toNanos(20);

  /** The safety net: inotify may lose events. */
  private static final Duration RELIST = Duration.ofSeconds(30);

  /** A root whose file system takes longer for one look hangs. */
  static final Duration HANGING = Duration.ofSeconds(5);

  /** A root that is being looked at, and since when. */
  private record Progress(StorageRoot root, long began) {}

  private final SandboxRegistry registry;
  private final List<StorageRoot> roots = new ArrayList<>();
  private final FolderWatches watches;
  private final FileClock clock;
  private final CountDownLatch looked = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "discovery");
  private volatile @Nullable Progress progress;
  private volatile boolean closed;

  public SandboxDiscovery(List<Path> roots, SandboxRegistry registry) {
    this(roots, registry, FolderWatches.open(), RELIST, FileClock.SYSTEM);
  }

  /**
   * @param relist how often a root that is watched is listed all the same
   */
  SandboxDiscovery(
      List<Path> roots,
      SandboxRegistry registry,
      FolderWatches watches,
      Duration relist,
      FileClock clock) {
    this.registry = registry;
    this.watches = watches;
    this.clock = clock;
    for (var root : new LinkedHashSet<>(roots)) {
      this.roots.add(new StorageRoot(root.toAbsolutePath(), watches, relist, clock));
    }
    thread.setDaemon(true);
  }

  /**
   * Fills the registry and keeps it so until {@link #close}. Returns when each root was looked at
   * once, at the latest after {@link #HANGING}.
   */
  public void start() {
    thread.start();
    try {
      if (!looked.await(HANGING.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("a storage root does not answer: starting without its sandboxes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether each root was looked at once. */
  public boolean rootsLooked() {
    return looked.getCount() == 0;
  }

  /** How each root is doing, in the order of the configuration. */
  public List<RootStatus> roots() {
    var now = progress;
    boolean isHanging = now != null && clock.nanoTime() - now.began >= HANGING.toNanos();
    var statuses = new ArrayList<RootStatus>(roots.size());
    for (var root : roots) {
      statuses.add(
          isHanging && now != null && root == now.root
              ? new RootStatus(root.path(), RootStatus.State.UNREADABLE, "does not answer")
              : root.status());
    }
    return statuses;
  }

  @Override
  public void close() {
    closed = true;
    watches.close();
    thread.interrupt();
  }

  private void run() {
    long next = clock.nanoTime();
    while (!closed) {
      try {
        if (clock.nanoTime() - next >= 0) {
          next = clock.nanoTime() + LOOK;
          look();
          looked.countDown();
        }
        var key = watches.poll(Math.max(1, next - clock.nanoTime()));
        if (key != null) {
          long began = clock.nanoTime();
          follow(key);
          rest(clock.nanoTime() - began);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("discovery failed and goes on", "cause", e);
        progress = null;
        next = clock.nanoTime() + LOOK;
      }
    }
  }

  /** As long as the work took, so that no storm takes more than half of a core. */
  private static void rest(long worked) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.clamp(worked, REST, LOOK));
  }

  private void follow(WatchKey key) {
    var changes = new RootChanges();
    var events = key.pollEvents();
    for (var root : roots) {
      progress = new Progress(root, clock.nanoTime());
      root.onEvents(key, events, changes);
    }
    progress = null;
    key.reset();
    publish(changes);
  }

  private void look() {
    var changes = new RootChanges();
    for (var root : roots) {
      progress = new Progress(root, clock.nanoTime());
      root.checkPath(changes);
      root.relist(changes);
      root.refreshDue(changes);
    }
    progress = null;
    publish(changes);
  }

  private void publish(RootChanges changes) {
    if (changes.touched.isEmpty()) {
      return;
    }
    var gone = new ArrayList<>(changes.replaced);
    var present = new ArrayList<Sandbox>();
    for (var id : changes.touched) {
      var sandbox = best(id);
      if (sandbox == null) {
        gone.add(id);
      } else {
        present.add(sandbox);
      }
    }
    registry.update(gone, present);
  }

  private @Nullable Sandbox best(SandboxId id) {
    Sandbox best = null;
    for (var root : roots) {
      var sandbox = root.sandbox(id);
      if (sandbox != null && sandbox.runtime() == ShimRuntime.GO) {
        return sandbox;
      }
      best = best == null ? sandbox : best;
    }
    return best;
  }
}

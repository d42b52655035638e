package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link SandboxRegistry} at what is in the storage roots. {@link #start} returns when each
 * root was looked at once; from then on a daemon thread follows inotify, and twice a second makes
 * sure that what is watched is still what is at the roots' paths. A sandbox found under two roots
 * is the Go runtime's, as long as it is there.
 */
public final class SandboxDiscovery implements AutoCloseable {
  private static final Log LOG = Log.of(SandboxDiscovery.class);

  /** Half of the second in which a root made late has to be seen. A look costs a stat(2) a root. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(500);

  /** Rest after an event, in which a storm's others gather: they cost one snapshot, or listing. */
  private static final long REST = TimeUnit.MILLISECONDS.toNanos(20);

  /** The safety net: inotify may lose events. */
  private static final Duration RELIST = Duration.ofSeconds(30);

  private final SandboxRegistry registry;
  private final List<StorageRoot> roots = new ArrayList<>();
  private final FolderWatches watches;
  private final Thread thread = new Thread(this::run, "discovery");
  private volatile boolean looked;
  private volatile boolean closed;

  public SandboxDiscovery(List<Path> roots, SandboxRegistry registry) {
    this(roots, registry, FolderWatches.open(), RELIST);
  }

  /**
   * @param relist how often a root that is watched is listed all the same
   */
  SandboxDiscovery(
      List<Path> roots, SandboxRegistry registry, FolderWatches watches, Duration relist) {
    this.registry = registry;
    this.watches = watches;
    for (var root : new LinkedHashSet<>(roots)) {
      this.roots.add(new StorageRoot(root.toAbsolutePath(), watches, relist));
    }
    thread.setDaemon(true);
  }

  /** Fills the registry and keeps it so until {@link #close}. */
  public void start() {
    look();
    looked = true;
    thread.start();
  }

  /** Whether each root was listed or found absent once. */
  public boolean rootsLooked() {
    return looked;
  }

  @Override
  public void close() {
    closed = true;
    watches.close();
    thread.interrupt();
  }

  private void run() {
    long next = System.nanoTime() + LOOK;
    while (!closed) {
      try {
        var key = watches.poll(Math.max(1, next - System.nanoTime()));
        if (key != null) {
          long began = System.nanoTime();
          follow(key);
          rest(System.nanoTime() - began);
        }
        if (System.nanoTime() - next >= 0) {
          next = System.nanoTime() + LOOK;
          look();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("discovery stumbled and goes on", "reason", e);
        next = System.nanoTime() + LOOK;
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
      root.follow(key, events, changes);
    }
    key.reset();
    publish(changes);
  }

  private void look() {
    var changes = new RootChanges();
    for (var root : roots) {
      root.attach(changes);
      root.relist(changes);
      root.lookForStates(changes);
    }
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

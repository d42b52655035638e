package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link SandboxRegistry} in step with the storage roots. Each root is followed on a thread
 * of its own, so that one that hangs keeps what was found in it and delays no other. If a sandbox
 * is found under two roots, the one of the Go runtime counts until it is removed.
 *
 * <p>{@link #roots} and {@link #close} may be called from any thread.
 */
public final class SandboxDiscovery implements AutoCloseable {
  private static final Log LOG = Log.of(SandboxDiscovery.class);

  /** Interval of full listings, since inotify may lose events. */
  private static final Duration RELIST = Duration.ofSeconds(30);

  /**
   * Maximum number of sandboxes in all roots; more are ignored. Each takes some 2.5 KiB of heap:
   * with the accounts of the memory budget fully used, the heap of the image (28 MiB) has room for
   * these. Nodes run some hundreds.
   */
  static final int MAX_SANDBOXES = 3_000;

  private final SandboxRegistry registry;
  private final List<RootDiscovery> roots = new ArrayList<>();
  private final CountDownLatch firstReads;

  public SandboxDiscovery(List<Path> roots, SandboxRegistry registry) {
    this(roots, registry, FolderWatches::open, RELIST, FileClock.SYSTEM);
  }

  /**
   * @param watches called once for each root
   * @param relist interval at which a watched root is listed as well
   */
  SandboxDiscovery(
      List<Path> roots,
      SandboxRegistry registry,
      Supplier<FolderWatches> watches,
      Duration relist,
      FileClock clock) {
    this.registry = registry;
    var paths = new LinkedHashSet<>(roots);
    firstReads = new CountDownLatch(paths.size());
    var places = new Semaphore(MAX_SANDBOXES);
    for (var path : paths) {
      var ofRoot = watches.get();
      var root = new StorageRoot(path.toAbsolutePath(), ofRoot, relist, clock, places);
      var name = "discovery-" + this.roots.size();
      this.roots.add(new RootDiscovery(root, ofRoot, clock, this::publish, firstReads, name));
    }
  }

  /**
   * Fills the registry and keeps it so until {@link #close}. Returns when each root was read once,
   * at the latest after {@link RootDiscovery#HANGING}.
   */
  public void start() {
    for (var root : roots) {
      root.start();
    }
    try {
      if (!firstReads.await(RootDiscovery.HANGING.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("a storage root does not respond: starting without its sandboxes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether each root was read once. */
  public boolean areRootsRead() {
    return firstReads.getCount() == 0;
  }

  /** State of each root, in the order of the configuration. */
  public List<RootStatus> roots() {
    var statuses = new ArrayList<RootStatus>(roots.size());
    for (var root : roots) {
      statuses.add(root.status());
    }
    return statuses;
  }

  @Override
  public void close() {
    for (var root : roots) {
      root.close();
    }
  }

  /**
   * On the thread of any root, one at a time: so what is published last is the latest of all roots,
   * also for an id that two of them have.
   */
  private synchronized void publish(RootChanges changes) {
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

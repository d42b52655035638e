package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import java.nio.file.WatchKey;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows one storage root on a daemon thread of its own: lists it once, follows inotify from then
 * on, and twice a second verifies that the watched directory is still the one at the root's path. A
 * root that hangs (for example on a hung mount) delays this thread and its watch only; the
 * sandboxes found in it stay.
 *
 * <p>{@link #status} and {@link #sandbox} may be called from any thread, {@link #start} and {@link
 * #close} once.
 */
final class RootDiscovery {
  private static final Log LOG = Log.of(SandboxDiscovery.class);

  /**
   * Interval of the checks, so that a root that is created late is noticed within a second. Costs a
   * stat(2) each.
   */
  private static final long CHECK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * Pause after an event: those that follow at once are handled together, by one snapshot or
   * listing.
   */
  private static final long REST = TimeUnit.MILLISECONDS.toNanos(20);

  /** A root hangs if its file system takes longer than this to be read once. */
  static final Duration HANGING = Duration.ofSeconds(5);

  private final StorageRoot root;
  private final FolderWatches watches;
  private final FileClock clock;
  private final Consumer<RootChanges> publish;
  private final CountDownLatch firstRead;
  private final Thread thread;

  /** When the reading in progress began; null if there is none. */
  private volatile @Nullable Long readingSince;

  private volatile boolean closed;

  /**
   * @param watches used for this root alone, since the JDK adds a watch on the one thread of a
   *     watch service: a root that hangs would keep the others from being watched. Closed by the
   *     thread.
   * @param publish called on the thread with the changes, if there are any
   * @param firstRead counted down once the root was read
   */
  RootDiscovery(
      StorageRoot root,
      FolderWatches watches,
      FileClock clock,
      Consumer<RootChanges> publish,
      CountDownLatch firstRead,
      String threadName) {
    this.root = root;
    this.watches = watches;
    this.clock = clock;
    this.publish = publish;
    this.firstRead = firstRead;
    this.thread = new Thread(this::run, threadName);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** State of the root; one that hangs is unreadable until the reading returns. */
  RootStatus status() {
    var since = readingSince;
    return since != null && clock.nanoTime() - since >= HANGING.toNanos()
        ? new RootStatus(root.path(), RootStatus.State.UNREADABLE, "does not respond")
        : root.status();
  }

  @Nullable Sandbox sandbox(SandboxId id) {
    return root.sandbox(id);
  }

  /** Ends the thread and its watches, without waiting for either. */
  void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try (watches) {
      follow();
    } catch (InterruptedException e) {
      // It was closed.
    }
  }

  private void follow() throws InterruptedException {
    boolean isFirst = true;
    long next = clock.nanoTime();
    while (!closed) {
      try {
        if (clock.nanoTime() - next >= 0) {
          next = clock.nanoTime() + CHECK_INTERVAL;
          check();
          if (isFirst) {
            isFirst = false;
            firstRead.countDown();
          }
        }
        var key = watches.poll(Math.max(1, next - clock.nanoTime()));
        if (key != null) {
          long began = clock.nanoTime();
          follow(key);
          rest(clock.nanoTime() - began);
        }
      } catch (RuntimeException e) {
        LOG.error("discovery failed and continues", "root", root.path(), "cause", e);
        readingSince = null;
        next = clock.nanoTime() + CHECK_INTERVAL;
      }
    }
  }

  /** Pauses as long as the work took, so that a storm of events takes at most half of a core. */
  private static void rest(long worked) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.clamp(worked, REST, CHECK_INTERVAL));
  }

  private void follow(WatchKey key) {
    var changes = new RootChanges();
    readingSince = clock.nanoTime();
    root.onEvents(key, key.pollEvents(), changes);
    readingSince = null;
    key.reset();
    publish(changes);
  }

  private void check() {
    var changes = new RootChanges();
    readingSince = clock.nanoTime();
    root.checkPath(changes);
    root.relist(changes);
    root.refreshDue(changes);
    readingSince = null;
    publish(changes);
  }

  private void publish(RootChanges changes) {
    if (!changes.touched.isEmpty()) {
      publish.accept(changes);
    }
  }
}

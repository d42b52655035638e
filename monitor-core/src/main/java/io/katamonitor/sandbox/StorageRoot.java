package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;

import io.katamonitor.log.Log;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One storage root and the sandboxes in it. Handles a root that is missing, created late, removed,
 * renamed, replaced, mounted over, or deleted under its mount. Confined to the root's discovery
 * thread, but for {@link #status} and {@link #sandbox}.
 *
 * <p>The root is watched; while it is missing, its nearest parent that exists. What such a watch
 * does not report (a parent renamed, a file system mounted over the root) is seen by {@link
 * #checkPath}, which is called twice a second: it compares the directory at the path with the
 * watched one.
 */
final class StorageRoot {
  private static final Log LOG = Log.of(StorageRoot.class);

  /** A unix socket's path is 108 bytes with its closing NUL (unix(7)). */
  private static final int MAX_SOCKET_PATH = 107;

  /** Pause while the kernel refuses the watch or the listing. */
  private static final long RELIST_TROUBLED = Duration.ofSeconds(1).toNanos();

  /** Names that were logged, so that each is logged once; beyond this number none are logged. */
  private static final int MAX_REPORTED = 1000;

  private static final String DELETED =
      "its directory was deleted under its mount; start this container again";

  private final Path path;
  private final int pathBytes;
  private final RootWatch watch;
  private final long relistNanos;
  private final FileClock clock;
  private final Semaphore places;
  private final Map<SandboxId, FoundDirectory> found = new ConcurrentHashMap<>();
  private final Set<String> reported = new HashSet<>();
  private volatile RootStatus status;
  private @Nullable Object listedInode;
  private long listed;

  /** Whether directories are ignored because all places are taken. */
  private boolean isFull;

  /** Each directory in {@code found} has one of the {@code places} of all roots. */
  StorageRoot(
      Path path, FolderWatches watches, Duration relist, FileClock clock, Semaphore places) {
    this.path = path;
    this.pathBytes = path.toString().getBytes(UTF_8).length;
    this.watch = new RootWatch(path, watches);
    this.relistNanos = relist.toNanos();
    this.clock = clock;
    this.places = places;
    this.status = new RootStatus(path, RootStatus.State.UNREADABLE, "not read yet");
  }

  Path path() {
    return path;
  }

  /** The last known state; from any thread. */
  RootStatus status() {
    return status;
  }

  /** The sandbox with this id as last found; from any thread. */
  @Nullable Sandbox sandbox(SandboxId id) {
    var directory = found.get(id);
    return directory == null ? null : directory.sandbox();
  }

  /** Watches the directory at the path, and lists it if it is another one than before. */
  void checkPath(RootChanges changes) {
    Object inode;
    try {
      inode = inodeOfRoot();
    } catch (IOException e) {
      if (e instanceof NotDirectoryException) {
        removeAll(changes);
        listedInode = null;
      }
      unreadable(e);
      return;
    }
    if (inode == null) {
      setStatus(RootStatus.State.ABSENT, "");
      removeAll(changes);
      listedInode = null;
      watch.watchNearestParent();
    } else if (found.isEmpty() && isDeleted()) {
      setStatus(RootStatus.State.DELETED, DELETED);
      listedInode = null;
    } else if (!watch.isOnRoot() || !inode.equals(listedInode)) {
      // Watch first: changes during the listing are then reported after it.
      boolean isWatched = watch.watchRoot();
      if (isWatched || !inode.equals(listedInode)) {
        list(changes);
      }
      listedInode = inode;
    } else if (status.state() == RootStatus.State.READABLE && !Files.isReadable(path)) {
      list(changes);
    }
  }

  /**
   * Device and inode of the root; null where nothing is at its path.
   *
   * @throws IOException if it is not a directory, or cannot be read
   */
  private @Nullable Object inodeOfRoot() throws IOException {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isDirectory()) {
        throw new NotDirectoryException(path.toString());
      }
      return attributes.fileKey();
    } catch (NoSuchFileException e) {
      return null; // also where a parent is no directory
    }
  }

  /** Whether the directory has no name any more; then it is empty too (rmdir(2)). */
  private boolean isDeleted() {
    try {
      return Files.getAttribute(path, "unix:nlink") instanceof Integer links && links == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Lists the root again when that is due. */
  void relist(RootChanges changes) {
    boolean isFine = status.state() == RootStatus.State.READABLE && watch.isOnRoot();
    long pause = isFine ? relistNanos : RELIST_TROUBLED;
    if (listedInode != null && clock.nanoTime() - listed >= pause) {
      list(changes);
      for (var directory : found.values()) {
        refresh(directory, changes);
      }
    }
  }

  /** Handles the events of the watch. */
  void onEvents(WatchKey key, List<WatchEvent<?>> events, RootChanges changes) {
    if (!watch.isKey(key)) {
      return;
    }
    if (!watch.isOnRoot()) {
      checkPath(changes);
    } else {
      for (var event : events) {
        onEvent(event, changes);
      }
    }
  }

  private void onEvent(WatchEvent<?> event, RootChanges changes) {
    if (!(event.context() instanceof Path name)) {
      list(changes); // an overflow
      return;
    }
    if (event.kind().equals(ENTRY_DELETE)) {
      var id = SandboxId.parse(name.toString());
      reported.remove(name.toString());
      if (id != null && found.containsKey(id)) {
        remove(id, changes);
        changes.replaced.add(id); // if it is there again
      }
    }
    examine(name.toString(), changes);
  }

  private void list(RootChanges changes) {
    listed = clock.nanoTime();
    var present = new HashSet<SandboxId>();
    var stillReported = new HashSet<String>();
    // With the dot, a FIFO in place of the root is an error; opening it would wait for a writer.
    try (var entries = Files.newDirectoryStream(path.resolve("."))) {
      for (var entry : entries) {
        var name = entry.getFileName().toString();
        examine(name, changes);
        var id = SandboxId.parse(name);
        if (id != null && found.containsKey(id)) {
          present.add(id);
        }
        if (reported.contains(name)) {
          stillReported.add(name);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      unreadable(e);
      return;
    }
    for (var id : List.copyOf(found.keySet())) {
      if (!present.contains(id)) {
        remove(id, changes);
      }
    }
    reported.retainAll(stillReported);
    isFull &= places.availablePermits() == 0;
    setStatus(RootStatus.State.READABLE, "");
  }

  /** Checks whether an entry is a sandbox, has been replaced by another one, or is gone. */
  private void examine(String name, RootChanges changes) {
    var id = SandboxId.parse(name);
    if (id == null) {
      if (isFirstReport(name)) {
        LOG.debug("not a sandbox: not a valid id", "root", path, "name", name);
      }
      return;
    }
    var directory = path.resolve(name);
    var known = found.get(id);
    if (known == null && places.availablePermits() == 0) {
      reportFull();
      return;
    }
    var identity = DirectoryIdentity.of(directory);
    if (known != null && !known.identity().isReplacedBy(identity, path)) {
      return;
    }
    if (known != null) {
      remove(id, changes);
      changes.replaced.add(id);
    }
    if (identity != null
        && hasRoomForSocket(id)
        && !KataRuntimes.isJailer(directory)
        && places.tryAcquire()) {
      var guess = KataRuntimes.guessRuntime(path);
      found.put(id, new FoundDirectory(id, directory, identity, guess, clock));
      changes.touched.add(id);
    }
  }

  private boolean hasRoomForSocket(SandboxId id) {
    int bytes = pathBytes + id.value().length() + Sandbox.SOCKET_NAME.length() + 2;
    if (bytes > MAX_SOCKET_PATH && isFirstReport(id.value())) {
      LOG.warn("not a sandbox: its socket's path is too long", "sandbox", id, "bytes", bytes);
    }
    return bytes <= MAX_SOCKET_PATH;
  }

  private void reportFull() {
    if (!isFull) {
      isFull = true;
      LOG.warn(
          "too many sandboxes: further ones are ignored until some are removed",
          "root",
          path,
          "limit",
          SandboxDiscovery.MAX_SANDBOXES);
    }
  }

  private boolean isFirstReport(String name) {
    return reported.size() < MAX_REPORTED && reported.add(name);
  }

  /** Reads directories again whose state file was missing or incomplete. */
  void refreshDue(RootChanges changes) {
    for (var directory : found.values()) {
      if (directory.isDue()) {
        refresh(directory, changes);
      }
    }
  }

  private static void refresh(FoundDirectory directory, RootChanges changes) {
    if (directory.refresh()) {
      changes.touched.add(directory.sandbox().id());
    }
  }

  private void removeAll(RootChanges changes) {
    for (var id : List.copyOf(found.keySet())) {
      remove(id, changes);
    }
    reported.clear();
  }

  private void remove(SandboxId id, RootChanges changes) {
    if (found.remove(id) != null) {
      places.release();
      changes.touched.add(id);
    }
  }

  private void unreadable(Exception e) {
    setStatus(RootStatus.State.UNREADABLE, FileErrors.reason(e));
  }

  private void setStatus(RootStatus.State state, String reason) {
    var before = status;
    if (before.state() == state && before.reason().equals(reason)) {
      return;
    }
    status = new RootStatus(path, state, reason);
    switch (state) {
      case ABSENT -> LOG.info("storage root does not exist", "root", path);
      case READABLE ->
          LOG.info(
              watch.isOnRoot() ? "storage root watched" : "storage root listed",
              "root",
              path,
              "sandboxes",
              found.size());
      case UNREADABLE -> LOG.warn("storage root cannot be listed", "root", path, "reason", reason);
      case DELETED -> LOG.warn("storage root is lost", "root", path, "reason", reason);
    }
  }
}

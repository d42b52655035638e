package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;

import io.katamonitor.log.Log;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One storage root and the sandboxes in it, whatever happens to the folder meanwhile: missing, made
 * late, removed, renamed, replaced, mounted over. Confined to the discovery thread.
 *
 * <p>The root is watched, or while it is missing its nearest parent that exists. What no such watch
 * tells (a parent renamed, a file system mounted over the root) is seen by {@link #attach} being
 * called often: it compares the folder now at the path with the one watched.
 */
final class StorageRoot {
  private static final Log LOG = Log.of(StorageRoot.class);

  /** A unix socket's path is 108 bytes with its closing NUL (unix(7)). */
  private static final int MAX_SOCKET_PATH = 107;

  /** While the kernel refuses the watch or the listing. */
  private static final long RELIST_TROUBLED = TimeUnit.SECONDS.toNanos(1);

  /** Names reported in the log, so that each is once; past so many no more are. */
  private static final int MAX_REPORTED = 1000;

  private static final long MAX_STATE_PAUSE = TimeUnit.SECONDS.toNanos(30);

  private enum Condition {
    UNKNOWN,
    ABSENT,
    UNREADABLE,
    UNWATCHED,
    WATCHED
  }

  /** A sandbox's folder; {@code key} tells it from a later one of the same name. */
  private record Found(Object key, Sandbox sandbox, long since) {}

  private final Path path;
  private final RootLayout layout;
  private final int pathBytes;
  private final FolderWatches watches;
  private final long relistNanos;
  private final Map<SandboxId, Found> found = new HashMap<>();

  /** When to look again for the {@code state.json} of those that had none to read. */
  private final Map<SandboxId, Long> stateDue = new HashMap<>();

  private final Set<String> reported = new HashSet<>();
  private Condition condition = Condition.UNKNOWN;
  private @Nullable WatchKey watch;
  private @Nullable Path watched;
  private @Nullable Object watchedFolder;
  private String refusal = "";
  private long listed;

  StorageRoot(Path path, FolderWatches watches, Duration relist) {
    this.path = path;
    this.layout = RootLayout.of(path);
    this.pathBytes = path.toString().getBytes(UTF_8).length;
    this.watches = watches;
    this.relistNanos = relist.toNanos();
  }

  @Nullable Sandbox sandbox(SandboxId id) {
    var there = found.get(id);
    return there == null ? null : there.sandbox;
  }

  /** Watches what is at the path now, and lists it where that is another folder than before. */
  void attach(RootChanges changes) {
    Object folder;
    try {
      folder = directoryKey(path);
    } catch (IOException e) {
      became(Condition.UNREADABLE, e.toString());
      return;
    }
    if (folder == null) {
      became(Condition.ABSENT, "");
      forgetAll(changes);
      watchedFolder = null;
      watchNearestParent();
    } else if (!isWatching(path) || !folder.equals(watchedFolder)) {
      // The watch first: what happens during the listing is told after it.
      boolean watching = watch(path);
      if (watching || !folder.equals(watchedFolder)) {
        list(changes);
      }
      watchedFolder = folder;
    }
  }

  private void watchNearestParent() {
    var parent = path.getParent();
    while (parent != null && !Files.isDirectory(parent)) {
      parent = parent.getParent();
    }
    if (parent != null && !isWatching(parent)) {
      watch(parent);
    }
  }

  private boolean isWatching(Path folder) {
    return watch != null && watch.isValid() && folder.equals(watched);
  }

  private boolean watch(Path folder) {
    if (watch != null) {
      watches.release(watch);
      watch = null;
    }
    try {
      watch = watches.watch(folder);
      watched = folder;
      return true;
    } catch (IOException e) {
      refusal = e.toString();
      return false;
    }
  }

  /** Lists the root again when that is due. */
  void relist(RootChanges changes) {
    long pause = condition == Condition.WATCHED ? relistNanos : RELIST_TROUBLED;
    if (watchedFolder != null && System.nanoTime() - listed >= pause) {
      list(changes);
    }
  }

  /** Looks at what the watch told of. */
  void follow(WatchKey key, List<WatchEvent<?>> events, RootChanges changes) {
    if (!key.equals(watch)) {
      return;
    }
    if (!path.equals(watched) || !key.isValid()) {
      attach(changes);
    } else {
      for (var event : events) {
        follow(event, changes);
      }
    }
  }

  private void follow(WatchEvent<?> event, RootChanges changes) {
    if (!(event.context() instanceof Path name)) {
      list(changes); // an overflow
      return;
    }
    if (event.kind().equals(ENTRY_DELETE)) {
      var id = SandboxId.parse(name.toString());
      reported.remove(name.toString());
      if (id != null && found.containsKey(id)) {
        forget(id, changes);
        changes.replaced.add(id); // if it is there again
      }
    }
    look(name.toString(), changes);
  }

  private void list(RootChanges changes) {
    listed = System.nanoTime();
    var names = new HashSet<String>();
    try (var entries = Files.newDirectoryStream(path)) {
      for (var entry : entries) {
        var name = entry.getFileName().toString();
        names.add(name);
        look(name, changes);
      }
    } catch (IOException | DirectoryIteratorException e) {
      became(Condition.UNREADABLE, e.toString());
      return;
    }
    for (var id : List.copyOf(found.keySet())) {
      if (!names.contains(id.value())) {
        forget(id, changes);
      }
    }
    reported.retainAll(names);
    became(watch == null ? Condition.UNWATCHED : Condition.WATCHED, refusal);
  }

  private void look(String name, RootChanges changes) {
    var id = SandboxId.parse(name);
    if (id == null) {
      if (firstReport(name)) {
        LOG.debug("not a sandbox: not a legal id", "root", path, "name", name);
      }
      return;
    }
    var folder = path.resolve(name);
    var key = entryKey(folder);
    var known = found.get(id);
    if (known != null && known.key.equals(key)) {
      return;
    }
    if (known != null) {
      forget(id, changes);
      changes.replaced.add(id);
    }
    if (key != null && socketFits(id)) {
      var sandbox = classify(id, folder);
      found.put(id, new Found(key, sandbox, System.nanoTime()));
      if (!isSettled(sandbox)) {
        stateDue.put(id, System.nanoTime());
      }
      changes.touched.add(id);
    }
  }

  /** A link to a folder is no sandbox: it may lead out of the root. */
  private static @Nullable Object entryKey(Path folder) {
    try {
      return directoryKey(folder, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return null;
    }
  }

  private boolean socketFits(SandboxId id) {
    int bytes = pathBytes + id.value().length() + Sandbox.SOCKET_NAME.length() + 2;
    if (bytes > MAX_SOCKET_PATH && firstReport(id.value())) {
      LOG.warn("not a sandbox: its socket's path is too long", "sandbox", id, "bytes", bytes);
    }
    return bytes <= MAX_SOCKET_PATH;
  }

  private boolean firstReport(String name) {
    return reported.size() < MAX_REPORTED && reported.add(name);
  }

  private Sandbox classify(SandboxId id, Path folder) {
    boolean rs =
        switch (layout) {
          case GO -> false;
          case RUNTIME_RS -> true;
          case EITHER -> Files.exists(folder.resolve(HypervisorState.FILE_NAME));
        };
    return rs
        ? new Sandbox(id, ShimRuntime.RUNTIME_RS, folder, HypervisorState.read(folder), Pod.UNKNOWN)
        : new Sandbox(id, ShimRuntime.GO, folder, null, Pod.UNKNOWN);
  }

  /** Whether no later look at the folder can tell more. */
  private boolean isSettled(Sandbox sandbox) {
    return layout == RootLayout.GO || sandbox.hypervisor() != null;
  }

  /**
   * Looks again for the {@code state.json} that were not there to read, each after pauses of its
   * age.
   */
  void lookForStates(RootChanges changes) {
    long now = System.nanoTime();
    for (var due : List.copyOf(stateDue.entrySet())) {
      if (now - due.getValue() >= 0) {
        lookForState(due.getKey(), now, changes);
      }
    }
  }

  private void lookForState(SandboxId id, long now, RootChanges changes) {
    var before = found.get(id);
    if (before == null) {
      stateDue.remove(id);
      return;
    }
    var sandbox = classify(id, before.sandbox.directory());
    // Once runtime-rs's always runtime-rs's: its shim must not be asked because a file is gone.
    if (sandbox.runtime() == before.sandbox.runtime()
        || sandbox.runtime() == ShimRuntime.RUNTIME_RS) {
      found.put(id, new Found(before.key, sandbox, before.since));
      changes.touched.add(id);
    }
    if (isSettled(sandbox)) {
      stateDue.remove(id);
    } else {
      stateDue.put(id, now + Math.min(now - before.since, MAX_STATE_PAUSE));
    }
  }

  private void forgetAll(RootChanges changes) {
    for (var id : List.copyOf(found.keySet())) {
      forget(id, changes);
    }
    reported.clear();
  }

  private void forget(SandboxId id, RootChanges changes) {
    if (found.remove(id) != null) {
      stateDue.remove(id);
      changes.touched.add(id);
    }
  }

  private void became(Condition now, String reason) {
    if (condition == now) {
      return;
    }
    condition = now;
    switch (now) {
      case UNKNOWN -> {}
      case ABSENT -> LOG.info("storage root is not there", "root", path);
      case UNREADABLE -> LOG.warn("storage root cannot be listed", "root", path, "reason", reason);
      case UNWATCHED ->
          LOG.warn(
              "storage root cannot be watched: it is listed every second instead",
              "root",
              path,
              "reason",
              reason);
      case WATCHED -> LOG.info("storage root watched", "root", path, "sandboxes", found.size());
    }
  }

  /**
   * Device and inode of a directory; null where there is none.
   *
   * @throws IOException where that cannot be told
   */
  private static @Nullable Object directoryKey(Path folder, LinkOption... options)
      throws IOException {
    try {
      var attributes = Files.readAttributes(folder, BasicFileAttributes.class, options);
      return attributes.isDirectory() ? attributes.fileKey() : null;
    } catch (AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      return null; // no such file, or a parent is none
    }
  }
}

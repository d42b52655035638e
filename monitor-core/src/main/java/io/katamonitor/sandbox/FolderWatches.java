package io.katamonitor.sandbox;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;

import io.katamonitor.log.Log;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The folders watched, by inotify. The JDK's watch service is inotify on Linux: it reports a
 * directory that was moved away as deleted, reports the kernel's queue overflow to every watch, and
 * costs one more thread, which sleeps in poll(2). All watches of one folder share a key, so this
 * class counts the uses of a key.
 *
 * <p>A node may have used up its inotify instances ({@code fs.inotify.max_user_instances}): then
 * nothing is watched, and callers have to rely on listing.
 */
final class FolderWatches implements AutoCloseable {
  private static final Log LOG = Log.of(FolderWatches.class);

  private final @Nullable WatchService service;
  private final List<WatchKey> used = new ArrayList<>();

  private FolderWatches(@Nullable WatchService service) {
    this.service = service;
  }

  static FolderWatches open() {
    try {
      return new FolderWatches(FileSystems.getDefault().newWatchService());
    } catch (IOException e) {
      LOG.warn("no inotify instance is available", "reason", e.getMessage());
      return none();
    }
  }

  /** Watches nothing. */
  static FolderWatches none() {
    return new FolderWatches(null);
  }

  /** Begins to watch a folder's entries; to be {@linkplain #release released} once. */
  WatchKey watch(Path folder) throws IOException {
    if (service == null) {
      throw new IOException("no inotify instance");
    }
    try {
      var key = folder.register(service, ENTRY_CREATE, ENTRY_DELETE);
      used.add(key);
      return key;
    } catch (ClosedWatchServiceException e) {
      throw new IOException("closed", e);
    }
  }

  void release(WatchKey key) {
    used.remove(key);
    if (!used.contains(key)) {
      key.cancel();
    }
  }

  /** The next watch with events; null if there were none in time, or after this was closed. */
  @Nullable WatchKey poll(long nanos) throws InterruptedException {
    if (service == null) {
      TimeUnit.NANOSECONDS.sleep(nanos);
      return null;
    }
    try {
      return service.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (ClosedWatchServiceException e) {
      return null;
    }
  }

  @Override
  public void close() {
    if (service != null) {
      try {
        service.close();
      } catch (IOException e) {
        LOG.debug("inotify was not closed", "reason", e.getMessage());
      }
    }
  }
}

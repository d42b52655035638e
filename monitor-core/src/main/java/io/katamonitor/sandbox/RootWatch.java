package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import org.jspecify.annotations.Nullable;

/**
 * The one watch of a storage root: on its directory, or while that is missing on its nearest parent
 * that exists. Confined to the root's discovery thread.
 */
final class RootWatch {
  private static final Log LOG = Log.of(RootWatch.class);

  private final Path root;
  private final FolderWatches watches;
  private @Nullable WatchKey key;
  private @Nullable Path watched;
  private boolean isFailureReported;

  RootWatch(Path root, FolderWatches watches) {
    this.root = root;
    this.watches = watches;
  }

  boolean isKey(WatchKey other) {
    return other.equals(key);
  }

  /** Whether the root is watched; the kernel ends a watch when the directory is deleted. */
  boolean isOnRoot() {
    return isOn(root);
  }

  private boolean isOn(Path directory) {
    return key != null && key.isValid() && directory.equals(watched);
  }

  /** Watches the root; false where the kernel refuses, which is logged once. */
  boolean watchRoot() {
    try {
      watch(root);
      isFailureReported = false;
      return true;
    } catch (IOException e) {
      if (!isFailureReported) {
        isFailureReported = true;
        LOG.warn(
            "storage root cannot be watched: it is listed every second instead",
            "root",
            root,
            "reason",
            e.toString());
      }
      return false;
    }
  }

  /** Watches the nearest parent of the root that exists, to notice its creation. */
  void watchNearestParent() {
    var parent = root.getParent();
    while (parent != null && !Files.isDirectory(parent)) {
      parent = parent.getParent();
    }
    if (parent != null && !isOn(parent)) {
      try {
        watch(parent);
      } catch (IOException e) {
        LOG.debug("a storage root's parent cannot be watched", "parent", parent, "reason", e);
      }
    }
  }

  private void watch(Path directory) throws IOException {
    if (key != null) {
      watches.release(key);
      key = null;
    }
    key = watches.watch(directory);
    watched = directory;
  }
}

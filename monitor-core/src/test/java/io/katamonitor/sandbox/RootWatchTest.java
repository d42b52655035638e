package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.CapturedLog;
import io.katamonitor.log.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootWatchTest {
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(30);

  @TempDir Path temp;

  @Test
  void rootIsWatchedUntilItIsDeleted() throws Exception {
    var root = Files.createDirectory(temp.resolve("root"));
    try (var watches = FolderWatches.open()) {
      var watch = new RootWatch(root, watches);
      assertThat(watch.isOnRoot()).isFalse();
      assertThat(watch.watchRoot()).isTrue();
      assertThat(watch.isOnRoot()).isTrue();
      Files.delete(root);
      var key = Objects.requireNonNull(watches.poll(LONGEST));
      assertThat(watch.isKey(key)).isTrue();
      assertThat(watch.isOnRoot()).isFalse();
    }
  }

  @Test
  void nearestParentIsWatchedInsteadAndReportsTheNext() throws Exception {
    try (var watches = FolderWatches.open()) {
      var watch = new RootWatch(temp.resolve("a/b/root"), watches);
      watch.watchNearestParent();
      assertThat(watch.isOnRoot()).isFalse();
      Files.createDirectory(temp.resolve("a"));
      var key = Objects.requireNonNull(watches.poll(LONGEST));
      assertThat(watch.isKey(key)).isTrue();
      watch.watchNearestParent();
      assertThat(watch.isKey(key)).as("the watch is on a now").isFalse();
    }
  }

  @Test
  void refusedWatchIsLoggedOnce() {
    try (var log = CapturedLog.from(Level.INFO)) {
      var watch = new RootWatch(temp, FolderWatches.none());
      assertThat(watch.watchRoot()).isFalse();
      assertThat(watch.watchRoot()).isFalse();
      watch.watchNearestParent();
      assertThat(log.lines()).singleElement().asString().contains("storage root cannot be watched");
    }
  }
}

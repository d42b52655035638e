package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.Level;
import io.katamonitor.log.Log;
import io.katamonitor.log.LogFormat;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootWatchTest {
  private static final long FIVE_SECONDS = TimeUnit.SECONDS.toNanos(5);

  @TempDir Path temp;

  @AfterEach
  void resetLog() {
    Log.configure(Level.INFO, LogFormat.TEXT);
  }

  @Test
  void theRootIsWatchedUntilItIsDeleted() throws Exception {
    var root = Files.createDirectory(temp.resolve("root"));
    try (var watches = FolderWatches.open()) {
      var watch = new RootWatch(root, watches);
      assertThat(watch.isOnRoot()).isFalse();
      assertThat(watch.watchRoot()).isTrue();
      assertThat(watch.isOnRoot()).isTrue();
      Files.delete(root);
      var key = Objects.requireNonNull(watches.poll(FIVE_SECONDS));
      assertThat(watch.isKey(key)).isTrue();
      assertThat(watch.isOnRoot()).isFalse();
    }
  }

  @Test
  void theNearestParentIsWatchedInsteadAndTellsOfTheNext() throws Exception {
    try (var watches = FolderWatches.open()) {
      var watch = new RootWatch(temp.resolve("a/b/root"), watches);
      watch.watchNearestParent();
      assertThat(watch.isOnRoot()).isFalse();
      Files.createDirectory(temp.resolve("a"));
      var key = Objects.requireNonNull(watches.poll(FIVE_SECONDS));
      assertThat(watch.isKey(key)).isTrue();
      watch.watchNearestParent();
      assertThat(watch.isKey(key)).as("the watch is on a now").isFalse();
    }
  }

  @Test
  void aRefusalIsLoggedOnce() {
    var log = new ByteArrayOutputStream();
    Log.configure(Level.INFO, LogFormat.TEXT, log);
    var watch = new RootWatch(temp, FolderWatches.none());
    assertThat(watch.watchRoot()).isFalse();
    assertThat(watch.watchRoot()).isFalse();
    watch.watchNearestParent();
    assertThat(log.toString(UTF_8)).containsOnlyOnce("storage root cannot be watched");
  }
}

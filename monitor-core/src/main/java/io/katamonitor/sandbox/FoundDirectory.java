package io.katamonitor.sandbox;

import io.katamonitor.sandbox.StateFileReader.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox's directory in a storage root, with what its state file contained when last read.
 * Confined to the root's discovery thread, but for {@link #sandbox}.
 *
 * <p>A directory appears before its state file is written. So it is read again after pauses that
 * are as long as it has been known (250 ms to 30 s) until the file names the hypervisor, and from
 * then on with each listing. A {@code persist.json} is not read the first time: the second is early
 * enough for labels, and reading a hundred takes 13 ms of CPU at the start.
 */
final class FoundDirectory {
  private static final long FIRST_PAUSE = Duration.ofMillis(250).toNanos();
  private static final long MAX_PAUSE = Duration.ofSeconds(30).toNanos();

  private final DirectoryIdentity identity;
  private final StateFileReader stateFile;
  private final FileClock clock;
  private final long since;
  private volatile Sandbox sandbox;
  private long due;
  private boolean isSettled;

  /**
   * @param assumed the runtime that is assumed as long as there is no state file
   */
  FoundDirectory(
      SandboxId id, Path path, DirectoryIdentity identity, ShimRuntime assumed, FileClock clock) {
    this.identity = identity;
    this.stateFile = new StateFileReader(path, clock);
    this.clock = clock;
    this.since = clock.nanoTime();
    this.sandbox = new Sandbox(id, assumed, path, null, Pod.UNKNOWN);
    boolean isGo =
        !stateFile.refreshRuntimeRs() && Files.exists(path.resolve(StateFile.PERSIST_JSON));
    update(isGo ? ShimRuntime.GO : stateFile.runtime());
    this.due = since + FIRST_PAUSE;
  }

  DirectoryIdentity identity() {
    return identity;
  }

  /** The sandbox as known so far; from any thread. */
  Sandbox sandbox() {
    return sandbox;
  }

  /** Whether it is to be read before the next listing. */
  boolean isDue() {
    return !isSettled && clock.nanoTime() - due >= 0;
  }

  /** Reads the directory again; returns whether the sandbox has changed. */
  boolean refresh() {
    long now = clock.nanoTime();
    due = now + Math.clamp(now - since, FIRST_PAUSE, MAX_PAUSE);
    stateFile.refresh();
    return update(stateFile.runtime());
  }

  private boolean update(@Nullable ShimRuntime runtime) {
    var file = stateFile.lastGood();
    var before = sandbox;
    sandbox =
        new Sandbox(
            before.id(),
            runtime == null ? before.runtime() : runtime,
            before.directory(),
            file == null ? null : file.hypervisor(),
            before.created() == null ? birthTime(before.directory()) : before.created(),
            Pod.UNKNOWN);
    isSettled = stateFile.status() == Status.CURRENT && sandbox.hypervisor() != null;
    return !sandbox.equals(before);
  }

  /**
   * Birth time of a directory; null where the file system has none. The JDK then returns the time
   * of the last change instead. So the birth time is used only once the two times differ for the
   * directory or its root, that is once one of them got an entry after the clock tick of its birth.
   */
  private static @Nullable Instant birthTime(Path directory) {
    try {
      var attributes = attributes(directory);
      var parent = directory.getParent();
      if (attributes == null
          || !(hasBirthTime(attributes) || (parent != null && hasBirthTime(attributes(parent))))) {
        return null;
      }
      return attributes.creationTime().toInstant();
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean hasBirthTime(@Nullable BasicFileAttributes attributes) {
    return attributes != null && !attributes.creationTime().equals(attributes.lastModifiedTime());
  }

  private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    return path.getFileSystem()
        .provider()
        .readAttributesIfExists(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}

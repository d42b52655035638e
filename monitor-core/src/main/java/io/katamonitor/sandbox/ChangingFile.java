package io.katamonitor.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small file that another process rewrites: {@link #check} is one lstat(2) that finds whether it
 * has to be read again. Only a regular file is opened, never a FIFO, device, directory or link, and
 * at most {@link #MAX_BYTES} are read. Blocks on the file system; confined to one thread at a time.
 */
final class ChangingFile {
  /** Bytes of a state file; real ones have 3 to 30 KiB. */
  static final int MAX_BYTES = 1 << 20;

  /**
   * A file changed less than this many milliseconds before it was read is read again at the next
   * check: a second change within the kernel's clock tick (at most 10 ms) leaves inode, size and
   * time as they are.
   */
  private static final long RACY_MILLIS = 1000;

  /** One read(2); larger ones would leave a direct buffer of their size with each thread. */
  private static final int CHUNK = 8192;

  enum State {
    MISSING,
    /** As it was when it was last {@linkplain #read read}. */
    UNCHANGED,
    CHANGED
  }

  private final Path directory;
  private final Path name;
  private final InstantSource wallClock;
  private @Nullable Stamp found;
  private @Nullable Stamp read;
  private boolean isRacy;

  /**
   * Keeps no path of its own: there are several files for each sandbox, and a path is as large as
   * the rest.
   *
   * @param name of the file in the directory
   */
  ChangingFile(Path directory, Path name, InstantSource wallClock) {
    this.directory = directory;
    this.name = name;
    this.wallClock = wallClock;
  }

  /** What distinguishes one version of a file from another. */
  private record Stamp(
      @Nullable Object fileKey, long size, long modifiedNanos, boolean isRegularFile) {
    static Stamp of(BasicFileAttributes attributes) {
      return new Stamp(
          attributes.fileKey(),
          attributes.size(),
          attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          attributes.isRegularFile());
    }

    /** Not a record's equals, which the JVM makes of method handles at the start. */
    boolean isSame(@Nullable Stamp other) {
      return other != null
          && Objects.equals(fileKey, other.fileKey)
          && size == other.size
          && modifiedNanos == other.modifiedNanos
          && isRegularFile == other.isRegularFile;
    }
  }

  /**
   * Compares the file with what was read last.
   *
   * @throws IOException where the file system reports an error, for example for lack of permission
   */
  State check() throws IOException {
    var before = read;
    read = null;
    found = stamp();
    if (found == null) {
      return State.MISSING;
    }
    if (before == null || isRacy || !before.isSame(found)) {
      return State.CHANGED;
    }
    read = before;
    return State.UNCHANGED;
  }

  /**
   * Reads the file that {@link #check} found.
   *
   * @return exactly its bytes
   * @throws IOException where it is not a regular file, too large, not readable, or changed while
   *     it was read
   */
  byte[] read() throws IOException {
    var before = Objects.requireNonNull(found);
    isRacy = before.modifiedNanos / 1_000_000 > wallClock.millis() - RACY_MILLIS;
    if (!before.isRegularFile) {
      read = before;
      throw new IOException("not a regular file");
    }
    if (before.size > MAX_BYTES) {
      read = before;
      throw new IOException(before.size + " bytes, expected at most " + MAX_BYTES);
    }
    var bytes = readAtMost((int) before.size + 1);
    if (bytes.length != before.size || !before.isSame(stamp())) {
      throw new IOException("changed while it was read");
    }
    read = before;
    return bytes;
  }

  private byte[] readAtMost(int limit) throws IOException {
    var bytes = new byte[limit];
    int length = 0;
    var path = directory.resolve(name);
    try (var channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      int count = 0;
      while (length < limit && count >= 0) {
        count = channel.read(ByteBuffer.wrap(bytes, length, Math.min(CHUNK, limit - length)));
        length += Math.max(count, 0);
      }
    }
    return length == limit ? bytes : Arrays.copyOf(bytes, length);
  }

  private @Nullable Stamp stamp() throws IOException {
    var attributes =
        directory
            .getFileSystem()
            .provider()
            .readAttributesIfExists(
                directory.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return attributes == null ? null : Stamp.of(attributes);
  }
}

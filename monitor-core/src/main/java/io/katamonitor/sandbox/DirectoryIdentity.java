package io.katamonitor.sandbox;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes a directory from a later one at the same path. Some file systems, ext4 among them,
 * reuse the number of an inode at once; so the birth time counts too. Immutable.
 *
 * @param inode device and inode
 * @param born birth time; where the file system has none, the JDK gives the time of the last change
 */
record DirectoryIdentity(Object inode, FileTime born) {
  /** Null if there is no directory at the path, or a link to one: it may lead out of the root. */
  static @Nullable DirectoryIdentity of(Path directory) {
    try {
      var attributes = attributes(directory);
      return attributes != null && attributes.isDirectory()
          ? new DirectoryIdentity(attributes.fileKey(), attributes.creationTime())
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Whether this is known to be another directory than {@code later} at the same path.
   *
   * @param root that contains both. Its birth time differs from its last change, as it got entries
   *     since: if it does not, the file system has no birth times.
   */
  boolean isReplacedBy(@Nullable DirectoryIdentity later, Path root) {
    return later == null
        || !inode.equals(later.inode)
        || (!born.equals(later.born) && hasBirthTimes(root));
  }

  private static boolean hasBirthTimes(Path root) {
    try {
      var attributes = attributes(root);
      return attributes != null && !attributes.creationTime().equals(attributes.lastModifiedTime());
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    return path.getFileSystem()
        .provider()
        .readAttributesIfExists(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}

package io.katamonitor.sandbox;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryIdentityTest {
  @TempDir private Path root;
  private Path directory;

  @BeforeEach
  void makeDirectory() throws Exception {
    directory = Files.createDirectory(root.resolve("a1"));
    Files.setLastModifiedTime(root, FileTime.fromMillis(1));
  }

  private DirectoryIdentity identity() {
    return requireNonNull(DirectoryIdentity.of(directory));
  }

  @Test
  void directoryStaysTheSameWhenItGetsEntries() throws Exception {
    var before = identity();
    Files.createFile(directory.resolve("persist.json"));
    assertThat(before.isReplacedBy(identity(), root)).isFalse();
  }

  @Test
  void laterBirthIsAnotherDirectoryAlsoWithTheSameInode() {
    var before = identity();
    var later = new DirectoryIdentity(before.inode(), FileTime.fromMillis(Long.MAX_VALUE / 2));
    assertThat(before.isReplacedBy(later, root)).isTrue();
  }

  @Test
  void birthDoesNotCountWhereTheFileSystemHasNoBirthTimes() throws Exception {
    var before = identity();
    var later = new DirectoryIdentity(before.inode(), FileTime.fromMillis(5));
    // As if the file system had none: both times of the root are equal.
    var born = Files.readAttributes(root, "creationTime").get("creationTime");
    Files.setLastModifiedTime(root, (FileTime) requireNonNull(born));
    assertThat(before.isReplacedBy(later, root)).isFalse();
  }

  @Test
  void anotherInodeALinkAndNothingAreNotTheDirectory() throws Exception {
    var before = identity();
    assertThat(before.isReplacedBy(new DirectoryIdentity("other", before.born()), root)).isTrue();
    Files.move(directory, root.resolve("moved"));
    assertThat(before.isReplacedBy(DirectoryIdentity.of(directory), root)).isTrue();
    Files.createSymbolicLink(directory, root.resolve("moved"));
    assertThat(DirectoryIdentity.of(directory)).isNull();
  }
}

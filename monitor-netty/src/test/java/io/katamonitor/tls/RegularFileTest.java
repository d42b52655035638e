package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularFileTest {
  @TempDir Path folder;

  private void rejects(Path path, String sentence) {
    assertThatThrownBy(() -> RegularFile.read(path, "it"))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessage(sentence);
  }

  @Test
  void fileOfTheMaximumSizeIsRead() throws Exception {
    byte[] content = new byte[RegularFile.MAX_BYTES];
    content[content.length - 1] = 7;
    var file = Files.write(folder.resolve("f"), content);
    assertThat(RegularFile.read(file, "it")).isEqualTo(content);
    Files.write(file, new byte[RegularFile.MAX_BYTES + 1]);
    rejects(file, "it is larger than 1 MiB");
  }

  @Test
  void linksAreFollowed() throws Exception {
    Files.writeString(folder.resolve("f"), "text");
    var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("f"));
    assertThat(RegularFile.read(link, "it")).isEqualTo(new byte[] {'t', 'e', 'x', 't'});
  }

  /** Files of /proc report a size of 0. */
  @Test
  void reportedSizeIsNotTrusted() throws Exception {
    assertThat(RegularFile.read(Path.of("/proc/self/status"), "it")).hasSizeGreaterThan(100);
  }

  @Test
  void otherThanRegularFilesAreNotOpened() throws Exception {
    var fifo = folder.resolve("fifo");
    assertThat(Shell.run(folder, "mkfifo fifo").code()).isZero();
    rejects(fifo, "it is no regular file");
    rejects(folder, "it is no regular file");
    rejects(Path.of("/dev/zero"), "it is no regular file");
  }

  @Test
  void reasonIsTheDescriptionOfTheKernel() {
    rejects(folder.resolve("none"), "it does not exist");
    rejects(folder.resolve("x".repeat(300)), "it cannot be read: File name too long");
  }
}

package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.katamonitor.sandbox.ChangingFile.State;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangingFileTest {
  private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
  private static final FileTime LONG_AGO = FileTime.from(NOW.minusSeconds(60));

  @TempDir Path directory;
  private Path path;
  private ChangingFile file;

  @BeforeEach
  void newFile() {
    path = directory.resolve("f");
    file = new ChangingFile(directory, Path.of("f"), () -> NOW);
  }

  private void write(String text, FileTime time) throws IOException {
    Files.writeString(path, text);
    Files.setLastModifiedTime(path, time);
  }

  private String checkAndRead() throws IOException {
    assertThat(file.check()).isEqualTo(State.CHANGED);
    return new String(file.read(), UTF_8);
  }

  private void isRefused(String why) throws IOException {
    assertThat(file.check()).isEqualTo(State.CHANGED);
    assertThatIOException().isThrownBy(() -> file.read()).withMessageContaining(why);
  }

  @Test
  void fileThatDidNotChangeIsNotReadAgain() throws IOException {
    assertThat(file.check()).isEqualTo(State.MISSING);
    write("one", LONG_AGO);
    assertThat(checkAndRead()).isEqualTo("one");
    assertThat(file.check()).isEqualTo(State.UNCHANGED);
    Files.delete(path);
    assertThat(file.check()).isEqualTo(State.MISSING);
    write("one", LONG_AGO);
    assertThat(checkAndRead()).isEqualTo("one");
  }

  @Test
  void anotherSizeTimeOrInodeIsAChange() throws IOException {
    write("one", LONG_AGO);
    checkAndRead();
    write("three", LONG_AGO);
    assertThat(checkAndRead()).isEqualTo("three");
    write("seven", FileTime.from(LONG_AGO.toInstant().plusNanos(1)));
    assertThat(checkAndRead()).isEqualTo("seven");
    var other = directory.resolve("g");
    Files.writeString(other, "eight");
    Files.setLastModifiedTime(other, FileTime.from(LONG_AGO.toInstant().plusNanos(1)));
    Files.delete(path);
    Files.move(other, path);
    assertThat(checkAndRead()).isEqualTo("eight");
  }

  @Test
  void fileChangedJustBeforeItWasReadIsReadAgain() throws IOException {
    write("one", FileTime.from(NOW.minusMillis(999)));
    checkAndRead();
    assertThat(file.check()).isEqualTo(State.CHANGED);
    write("two", FileTime.from(NOW.minusMillis(1000)));
    assertThat(checkAndRead()).isEqualTo("two");
    assertThat(file.check()).isEqualTo(State.UNCHANGED);
  }

  @Test
  void fileOfExactlyTheLimitIsReadAndOneByteMoreIsNot() throws IOException {
    write("x".repeat(ChangingFile.MAX_BYTES), LONG_AGO);
    assertThat(checkAndRead()).hasSize(ChangingFile.MAX_BYTES);
    write("x".repeat(ChangingFile.MAX_BYTES + 1), LONG_AGO);
    isRefused("1048577 bytes, expected at most 1048576");
    assertThat(file.check()).isEqualTo(State.UNCHANGED);
  }

  @Test
  void fileOfAGigabyteIsNotRead() throws IOException {
    try (var sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(1L << 30);
    }
    isRefused("1073741824 bytes, expected at most 1048576");
  }

  @Test
  void fifoDirectoryLinkAndDeviceAreNotOpened() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    isRefused("not a regular file");
    Files.delete(path);
    Files.createDirectory(path);
    isRefused("not a regular file");
    Files.delete(path);
    Files.createSymbolicLink(path, Files.writeString(directory.resolve("target"), "{}"));
    isRefused("not a regular file");
    Files.delete(path);
    file = new ChangingFile(Path.of("/dev"), Path.of("zero"), () -> NOW);
    isRefused("not a regular file");
  }

  @Test
  void linkCreatedAfterTheCheckIsNotFollowed() throws IOException {
    write("one", LONG_AGO);
    file.check();
    Files.move(path, directory.resolve("target"));
    Files.createSymbolicLink(path, directory.resolve("target"));
    assertThatIOException().isThrownBy(() -> file.read());
    assertThat(file.check()).isEqualTo(State.CHANGED);
  }

  @Test
  void fileThatGrowsAfterTheCheckIsRejected() throws IOException {
    write("one", LONG_AGO);
    file.check();
    write("one and more", LONG_AGO);
    assertThatIOException().isThrownBy(() -> file.read()).withMessage("changed while it was read");
    assertThat(checkAndRead()).isEqualTo("one and more");
  }
}

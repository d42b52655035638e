package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundDirectoryTest {
  @TempDir Path root;
  private Path directory;
  private final ManualFileClock clock = new ManualFileClock();

  @BeforeEach
  void newDirectory() throws IOException {
    directory = Files.createDirectory(root.resolve("a1"));
  }

  private FoundDirectory found(ShimRuntime assumed) {
    return new FoundDirectory(
        new SandboxId("a1"),
        directory,
        new DirectoryIdentity("inode", FileTime.fromMillis(0)),
        assumed,
        clock);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  @Test
  void withoutAStateFileTheRuntimeIsAssumedByTheRoot() {
    assertThat(found(ShimRuntime.GO).sandbox().runtime()).isEqualTo(ShimRuntime.GO);
    assertThat(found(ShimRuntime.RUNTIME_RS).sandbox().runtime()).isEqualTo(ShimRuntime.RUNTIME_RS);
  }

  @Test
  void stateFileOverridesTheRuntimeOfTheRoot() throws IOException {
    write("persist.json", "{\"Config\":{\"HypervisorType\":\"qemu\"}}");
    var found = found(ShimRuntime.RUNTIME_RS);
    assertThat(found.sandbox().runtime()).isEqualTo(ShimRuntime.GO);
    assertThat(found.sandbox().hypervisor()).as("read at the second read").isNull();
    assertThat(found.refresh()).isTrue();
    assertThat(found.sandbox().hypervisor()).isEqualTo("qemu");
    write("state.json", "{\"hypervisor\":{\"hypervisor_type\":\"clh\"}}");
    var sandbox = found(ShimRuntime.GO).sandbox();
    assertThat(sandbox.runtime()).isEqualTo(ShimRuntime.RUNTIME_RS);
    assertThat(sandbox.hypervisor()).isEqualTo("clh");
  }

  @Test
  void refreshReturnsWhetherSomethingChanged() throws IOException {
    var found = found(ShimRuntime.GO);
    assertThat(found.refresh()).isFalse();
    write("state.json", "{");
    assertThat(found.refresh()).isTrue();
    assertThat(found.sandbox().runtime()).isEqualTo(ShimRuntime.RUNTIME_RS);
    assertThat(found.sandbox().hypervisor()).isNull();
    write("state.json", "{\"hypervisor\":{\"hypervisor_type\":\"clh\"}}");
    assertThat(found.refresh()).isTrue();
    assertThat(found.refresh()).isFalse();
  }

  @Test
  void halfWrittenFileKeepsTheHypervisor() throws IOException {
    write("state.json", "{\"hypervisor\":{\"hypervisor_type\":\"clh\"}}");
    var found = found(ShimRuntime.GO);
    write("state.json", "{\"hyper");
    assertThat(found.refresh()).isFalse();
    assertThat(found.sandbox().hypervisor()).isEqualTo("clh");
  }

  @Test
  void itIsReadAgainAfterPausesOfItsAgeUntilItsHypervisorIsKnown() throws IOException {
    var found = found(ShimRuntime.GO);
    assertThat(found.isDue()).isFalse();
    clock.pass(Duration.ofMillis(250));
    assertThat(found.isDue()).isTrue();
    clock.pass(Duration.ofMillis(3750));
    found.refresh();
    clock.pass(Duration.ofMillis(3999));
    assertThat(found.isDue()).isFalse();
    clock.pass(Duration.ofMillis(1));
    assertThat(found.isDue()).isTrue();
    clock.pass(Duration.ofHours(1));
    found.refresh();
    clock.pass(Duration.ofSeconds(30));
    assertThat(found.isDue()).as("30 s at most").isTrue();
    write("state.json", "{\"hypervisor\":{\"hypervisor_type\":\"clh\"}}");
    found.refresh();
    clock.pass(Duration.ofHours(1));
    assertThat(found.isDue()).isFalse();
  }

  @Test
  void createdIsTheBirthTimeOfTheDirectory() throws IOException {
    write("persist.json", "{}");
    var changed = FileTime.from(Instant.parse("2040-01-01T00:00:00Z"));
    Files.setLastModifiedTime(directory, changed);
    var birth = Files.readAttributes(directory, BasicFileAttributes.class).creationTime();
    assertThat(birth)
        .as("the file system of temporary directories has birth times")
        .isLessThan(changed);
    assertThat(found(ShimRuntime.GO).sandbox().created()).isEqualTo(birth.toInstant());
  }

  @Test
  void birthTimeThatMayBeTheTimeOfTheLastChangeIsNone() throws IOException {
    var birth = setLastChangeToBirth(directory);
    setLastChangeToBirth(root);
    assertThat(found(ShimRuntime.GO).sandbox().created()).isNull();
    Files.setLastModifiedTime(root, FileTime.from(Instant.parse("2040-01-01T00:00:00Z")));
    assertThat(found(ShimRuntime.GO).sandbox().created())
        .as("the root proves that the file system has birth times")
        .isEqualTo(birth.toInstant());
  }

  private static FileTime setLastChangeToBirth(Path path) throws IOException {
    var birth = Files.readAttributes(path, BasicFileAttributes.class).creationTime();
    Files.setLastModifiedTime(path, birth);
    return birth;
  }
}

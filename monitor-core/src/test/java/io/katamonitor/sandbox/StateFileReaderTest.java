package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.StateFileReader.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileReaderTest {
  private static final String QEMU = "{\"hypervisor\":{\"hypervisor_type\":\"qemu\"}}";
  private static final String PERSIST = "{\"SandboxCgroupPath\":\"/x\"}";

  @TempDir Path directory;
  private Path state;
  private Path persist;
  private StateFileReader reader;

  @BeforeEach
  void newReader() {
    state = directory.resolve("state.json");
    persist = directory.resolve("persist.json");
    reader = new StateFileReader(directory);
  }

  private static StateFile present(@Nullable StateFile file) {
    return Objects.requireNonNull(file);
  }

  @Test
  void withoutFilesNothingIsKnown() {
    assertThat(reader.refresh()).isEqualTo(Status.MISSING);
    assertThat(reader.runtime()).isNull();
    assertThat(reader.current()).isNull();
    assertThat(reader.lastGood()).isNull();
  }

  @Test
  void withoutTheDirectoryNothingIsKnown() {
    reader = new StateFileReader(directory.resolve("gone"));
    assertThat(reader.refresh()).isEqualTo(Status.MISSING);
  }

  @Test
  void persistJsonAloneIsGo() throws IOException {
    Files.writeString(persist, PERSIST);
    assertThat(reader.refresh()).isEqualTo(Status.CURRENT);
    assertThat(reader.runtime()).isEqualTo(ShimRuntime.GO);
    assertThat(present(reader.current()).sandboxCgroupPath()).isEqualTo("/x");
  }

  @Test
  void stateJsonBesidePersistJsonIsRuntimeRs() throws IOException {
    Files.writeString(persist, PERSIST);
    Files.writeString(state, QEMU);
    assertThat(reader.refresh()).isEqualTo(Status.CURRENT);
    assertThat(reader.runtime()).isEqualTo(ShimRuntime.RUNTIME_RS);
    assertThat(present(reader.current()).hypervisor()).isEqualTo("qemu");
  }

  @Test
  void laterStateJsonDecides() throws IOException {
    Files.writeString(persist, PERSIST);
    reader.refresh();
    Files.writeString(state, QEMU.substring(0, 9));
    assertThat(reader.refresh()).isEqualTo(Status.UNREADABLE);
    assertThat(reader.runtime()).isEqualTo(ShimRuntime.RUNTIME_RS);
    assertThat(reader.current()).isNull();
  }

  @Test
  void stateJsonThatIsRemovedLeavesTheRuntimeAndTheLastGoodValues() throws IOException {
    Files.writeString(persist, PERSIST);
    Files.writeString(state, QEMU);
    reader.refresh();
    Files.delete(state);
    assertThat(reader.refresh()).isEqualTo(Status.MISSING);
    assertThat(reader.runtime()).isEqualTo(ShimRuntime.RUNTIME_RS);
    assertThat(reader.current()).isNull();
    assertThat(present(reader.lastGood()).hypervisor()).isEqualTo("qemu");
  }

  @Test
  void fileWrittenAgainInPlaceIsReadAgain() throws IOException {
    Files.writeString(state, QEMU);
    reader.refresh();
    Files.writeString(state, QEMU.replace("qemu", "clh2"));
    assertThat(reader.refresh()).isEqualTo(Status.CURRENT);
    assertThat(present(reader.current()).hypervisor()).isEqualTo("clh2");
  }

  @Test
  void truncatedFileKeepsTheLastGoodValuesUntilItIsWholeAgain() throws IOException {
    Files.writeString(state, QEMU);
    reader.refresh();
    for (int length = 0; length < QEMU.length(); length++) {
      Files.writeString(state, QEMU.substring(0, length));
      assertThat(reader.refresh()).as("%d bytes", length).isEqualTo(Status.UNREADABLE);
      assertThat(reader.current()).isNull();
      assertThat(present(reader.lastGood()).hypervisor()).isEqualTo("qemu");
    }
    Files.writeString(state, QEMU);
    assertThat(reader.refresh()).isEqualTo(Status.CURRENT);
  }

  @Test
  void malformedPersistJsonIsStillGo() throws IOException {
    Files.writeString(persist, "");
    assertThat(reader.refresh()).isEqualTo(Status.UNREADABLE);
    assertThat(reader.runtime()).isEqualTo(ShimRuntime.GO);
    assertThat(reader.problem()).isEqualTo("the document ends too early at byte 0");
  }
}

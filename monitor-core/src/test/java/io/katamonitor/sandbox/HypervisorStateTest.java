package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HypervisorStateTest {
  private static final String REAL =
      """
      {"sandbox_type":"virt_container","resource":{"endpoint":[],"cgroup_state":{"path":null}},
       "hypervisor":{"hypervisor_type":"dragonball","id":"hypervisor","vm_path":"/run/kata/x",
       "jailed":false,"config":{"boot_info":{"kernel":"\\/opt \\u00e9"},"n":[1,-2.5e3,true]}}}
      """;

  @Test
  void hypervisorIsFoundAmongTheRest() {
    assertThat(HypervisorState.parse(REAL)).isEqualTo("dragonball");
  }

  @Test
  void everyTruncationOfTheFileTellsNothing() {
    var text = REAL.strip();
    for (int length = 0; length < text.length(); length++) {
      assertThat(HypervisorState.parse(text.substring(0, length))).as("length %d", length).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"qemu\"",
        "{\"hypervisor\":null}",
        "{\"hypervisor\":\"qemu\"}",
        "{\"hypervisor\":{\"hypervisor_type\":null}}",
        "{\"hypervisor\":{\"hypervisor_type\":\"\"}}",
        "{\"hypervisor\":{\"hypervisor_type\":\" \"}}",
        "{\"hypervisor\":{\"hypervisor_type\":{\"hypervisor_type\":\"qemu\"}}}",
        "{\"hypervisor_type\":\"qemu\"}",
        "{\"other\":{\"hypervisor\":{\"hypervisor_type\":\"qemu\"}}}",
        "{\"hypervisor\":{\"hypervisor_type\":\"qemu\"}} x",
        "{\"hypervisor\":{\"hypervisor_type\":\"q\\xemu\"}}",
        "{\"hypervisor\":{\"hypervisor_type\":\"q\\u12\"}}",
        "{\"hypervisor\" {\"hypervisor_type\":\"qemu\"}}",
        "{\"hypervisor\":{\"hypervisor_type\":\"qemu\"},}",
        "{,}",
      })
  void whatIsNotThatPathInJsonTellsNothing(String json) {
    assertThat(HypervisorState.parse(json)).isNull();
  }

  @Test
  void nestingIsBounded() {
    assertThat(HypervisorState.parse("[".repeat(1_000_000))).isNull();
  }

  @Test
  void missingFolderAndOverlongFileTellNothing(@TempDir Path folder) throws IOException {
    var state = folder.resolve("state.json");
    assertThat(HypervisorState.read(folder)).isNull();
    Files.createDirectory(state);
    assertThat(HypervisorState.read(folder)).isNull();
    Files.delete(state);
    Files.writeString(state, REAL);
    assertThat(HypervisorState.read(folder)).isEqualTo("dragonball");
    Files.writeString(state, REAL + " ".repeat(1 << 20));
    assertThat(HypervisorState.read(folder)).isNull();
  }
}

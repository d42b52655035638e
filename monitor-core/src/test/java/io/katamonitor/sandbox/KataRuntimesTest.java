package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KataRuntimesTest {
  @ParameterizedTest
  @ValueSource(strings = {"dragonball", "clh", "openvmm"})
  void someHypervisorsAreSafeInEveryRelease(String hypervisor) {
    assertThat(KataRuntimes.isScrapeSafe(hypervisor, false)).isTrue();
    assertThat(KataRuntimes.isScrapeSafe(hypervisor, true)).isTrue();
  }

  @Test
  void cloudHypervisorIsSafeWithTheProofOnly() {
    assertThat(KataRuntimes.isScrapeSafe("cloud-hypervisor", false)).isFalse();
    assertThat(KataRuntimes.isScrapeSafe("cloud-hypervisor", true)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qemu",
        "firecracker",
        "remote",
        "qemu-runtime-rs",
        "stratovirt",
        "something-new",
        "",
        " ",
        "Dragonball",
        "DRAGONBALL",
        " dragonball",
        "dragonball ",
        "dragonball\n",
        "dragonball\u0000",
        "dragonbal",
        "cloud_hypervisor",
        "Cloud-Hypervisor",
        "cloudhypervisor",
        "clh2",
        "CLH",
        "OpenVMM"
      })
  void everyOtherNameIsUnsafe(String hypervisor) {
    assertThat(KataRuntimes.isScrapeSafe(hypervisor, false)).isFalse();
    assertThat(KataRuntimes.isScrapeSafe(hypervisor, true)).isFalse();
  }

  @Test
  void noNameIsUnsafe() {
    assertThat(KataRuntimes.isScrapeSafe(null, true)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/run/kata, RUNTIME_RS",
    "/srv/kata, RUNTIME_RS",
    "/run/vc/sbs, GO",
    "/run/Kata, GO",
    "/, GO",
  })
  void withoutAStateFileTheRootDecides(Path root, ShimRuntime runtime) {
    assertThat(KataRuntimes.guessRuntime(root)).isEqualTo(runtime);
  }

  @ParameterizedTest
  @ValueSource(strings = {"state.json", "persist.json", "shim-monitor.sock"})
  void jailerDirectoryIsRecognizedUnlessItHasAStateFileOrSocket(String file, @TempDir Path root)
      throws IOException {
    var jailer = Files.createDirectory(root.resolve("firecracker"));
    assertThat(KataRuntimes.isJailer(jailer)).isTrue();
    assertThat(KataRuntimes.isJailer(Files.createDirectory(root.resolve("a1")))).isFalse();
    assertThat(KataRuntimes.isJailer(jailer.resolve("a1"))).isFalse();
    Files.writeString(jailer.resolve(file), "");
    assertThat(KataRuntimes.isJailer(jailer)).isFalse();
  }
}

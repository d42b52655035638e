package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KataRuntimesTest {
  @ParameterizedTest
  @ValueSource(strings = {"dragonball", "clh", "openvmm"})
  void theseAreSafeInEveryRelease(String hypervisor) {
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
}

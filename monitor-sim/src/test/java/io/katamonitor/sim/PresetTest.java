package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PresetTest {
  @Test
  void presetAllHasEveryPlacementHypervisorAndFault() {
    var pods = Preset.ALL.pods();
    assertThat(pods).hasSize(24);
    assertThat(pods.stream().map(Preset.Pod::placement)).contains(Placement.values());
    assertThat(
            pods.stream()
                .filter(pod -> pod.placement().runtime() == Layout.RUNTIME_RS)
                .map(Preset.Pod::hypervisor))
        .contains(
            "dragonball", "clh", "cloud-hypervisor", "openvmm", "remote", "qemu", "firecracker");
    assertThat(pods.stream().map(Preset.Pod::story))
        .contains(Story.DENIED, Story.HUNG, Story.STUCK, Story.BOOTING, Story.CRASHING, Story.LOST);
    assertThat(pods.stream().map(pod -> pod.placement().layout()).collect(Collectors.toSet()))
        .isEqualTo(Set.of("pod", "split", "outside", "remote", "unknown"));
  }

  @Test
  void podsHaveTheSeriesOfKata() {
    var generated = SandboxSpec.of(Identity.of(1, 1), Layout.GO, BodyKind.KATA);
    for (var preset : Preset.values()) {
      for (var pod : preset.pods()) {
        var spec = pod.spec(generated);
        assertThat(spec.runtime()).isEqualTo(pod.placement().runtime());
        assertThat(spec.workload()).isEqualTo(pod.story().workload());
        assertThat(spec.usage(10).get("mem_free")).isPositive();
      }
    }
  }
}

package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFilesTest {
  private static final SandboxSpec KATA =
      SandboxSpec.of(Identity.of(1, 1), Layout.GO, BodyKind.KATA);

  @TempDir Path directory;

  private String write(Placement placement, String hypervisor) throws Exception {
    StateFiles.write(directory, KATA.with(placement, hypervisor));
    return Files.readString(
        directory.resolve(placement.runtime() == Layout.GO ? "persist.json" : "state.json"));
  }

  @Test
  void goRecordsItsCgroupsWhereTheReleaseDoes() throws Exception {
    var id = KATA.id();
    assertThat(write(Placement.GO_CGROUPFS, "clh"))
        .contains("\"SandboxCgroupPath\":\"/kubepods/burstable/pod" + KATA.identity().uid())
        .contains("/kata_" + id + "\",\"OverheadCgroupPath\":\"/kata_overhead/" + id + "\"")
        .contains("\"Config\":{\"HypervisorType\":\"clh\"")
        .contains("\"SystemdCgroup\":false,\"SandboxCgroupOnly\":false");
    assertThat(write(Placement.GO_SYSTEMD_ONLY, "qemu"))
        .contains(".slice:cri-containerd:" + id + "\",\"OverheadCgroupPath\":\"\"")
        .contains("\"SystemdCgroup\":true,\"SandboxCgroupOnly\":true");
  }

  @Test
  void runtimeRsProvesItsReleaseSince330() throws Exception {
    assertThat(write(Placement.RS_SYSTEMD, "cloud-hypervisor"))
        .contains("\"hypervisor_type\":\"cloud-hypervisor\"")
        .contains("\"overhead_path\":\"kata-overhead.slice:runtime-rs:" + KATA.id() + "\"")
        .contains("\"sandbox_cgroup_only\":false")
        .contains("\"guest_protection_to_use\":\"NoProtection\"");
    assertThat(write(Placement.RS_3_2_SYSTEMD_ONLY, "cloud-hypervisor"))
        .contains("\"sandbox_cgroup_only\":true")
        .doesNotContain("passfd_listener_port", "guest_protection_to_use");
  }

  @Test
  void withoutPlacementThereIsNoCgroup() throws Exception {
    StateFiles.write(directory, SandboxSpec.of(Identity.of(1, 1), Layout.GO, BodyKind.LARGE));
    assertThat(directory.resolve("persist.json")).content().doesNotContain("SandboxCgroupPath");
  }
}

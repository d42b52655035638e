package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final Identity POD =
      new Identity("a1b2", "0a1b2c3d-0001-0002-0003-00000000000a", "web", "shop");
  private static final String UNIT =
      "kubepods-burstable-pod0a1b2c3d_0001_0002_0003_00000000000a.slice";

  @Test
  void scopeIsBelowItsExpandedSliceAndALiteralAtTheTop() {
    assertThat(Placement.GO_SYSTEMD_ONLY.recordedSandbox(POD))
        .isEqualTo(UNIT + ":cri-containerd:a1b2");
    assertThat(Placement.GO_SYSTEMD_ONLY.sandboxPath(POD))
        .isEqualTo(
            "kubepods.slice/kubepods-burstable.slice/" + UNIT + "/cri-containerd-a1b2.scope");
    assertThat(Placement.GO_SYSTEMD.sandboxPath(POD)).isEqualTo(UNIT + ":cri-containerd:a1b2");
    assertThat(Placement.RS_SYSTEMD.overheadPath(POD))
        .isEqualTo("kata.slice/kata-overhead.slice/runtime-rs-a1b2.scope");
  }

  @Test
  void podsOwnCgroupHasTheDriversForm() {
    assertThat(Placement.GO_CGROUPFS.podPath(POD))
        .isEqualTo("kubepods/burstable/pod0a1b2c3d-0001-0002-0003-00000000000a");
    assertThat(Placement.RS_SYSTEMD.podPath(POD))
        .isEqualTo("kubepods.slice/kubepods-burstable.slice/" + UNIT);
  }

  @Test
  void layoutFollowsFromWhereItsCgroupsAre() {
    for (var placement : Placement.values()) {
      var sandbox = placement.sandboxPath(POD);
      var overhead = placement.overheadPath(POD);
      boolean isInPod = sandbox != null && sandbox.startsWith(placement.podPath(POD) + "/");
      if (sandbox == null && overhead == null) {
        assertThat(placement.layout()).isIn("remote", "unknown");
      } else if (isInPod) {
        assertThat(placement.layout()).isEqualTo(overhead == null ? "pod" : "split");
      } else {
        assertThat(placement.layout()).isEqualTo("outside");
      }
    }
  }
}

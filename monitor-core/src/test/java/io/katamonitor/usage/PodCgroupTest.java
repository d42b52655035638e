package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodCgroupTest {
  private static final String UID = "1a2b3c4d-0001-4002-8003-00000000000a";
  private static final String CGROUPFS = "kubepods/burstable/pod" + UID;
  private static final String SLICE =
      "kubepods.slice/kubepods-pod1a2b3c4d_0001_4002_8003_00000000000a.slice";

  @Test
  void uidReportedByTheRuntimeIsFoundWithBothDrivers() {
    assertThat(PodCgroup.find(CGROUPFS + "/kata_x", UID)).isEqualTo(CGROUPFS);
    assertThat(PodCgroup.find(SLICE + "/cri-containerd-x.scope", UID)).isEqualTo(SLICE);
    assertThat(PodCgroup.find(CGROUPFS, UID)).isEqualTo(CGROUPFS);
    assertThat(PodCgroup.find("podsome-uid/x", "some-uid")).isEqualTo("podsome-uid");
  }

  @Test
  void uidOfAnotherPodIsNotAccepted() {
    assertThat(PodCgroup.find(CGROUPFS + "/kata_x", UID.replace('a', 'b'))).isNull();
    assertThat(PodCgroup.find(SLICE + "/x.scope", "other")).isNull();
  }

  @Test
  void anyUidIsAcceptedUntilTheRuntimeReportsOne() {
    var hash = "kubepods/pod0123456789abcdef0123456789abcdef";

    assertThat(PodCgroup.find(CGROUPFS + "/kata_x", "")).isEqualTo(CGROUPFS);
    assertThat(PodCgroup.find(SLICE + "/x.scope", "")).isEqualTo(SLICE);
    assertThat(PodCgroup.find(hash + "/kata_x", "")).isEqualTo(hash);
  }

  @Test
  void nearestAncestorCounts() {
    var nested = CGROUPFS + "/kubelet/kubepods/pod2a2b3c4d-0001-4002-8003-00000000000b";

    assertThat(PodCgroup.find(nested + "/kata_x", "")).isEqualTo(nested);
    assertThat(PodCgroup.find(nested + "/kata_x", UID)).isEqualTo(CGROUPFS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "machine/podman/x",
        "kubepods/pod/x",
        "pods/x",
        "kubepods.slice/kubepods-pod.slice/x.scope",
        "kubepods/podzzzzzzzz-0001-4002-8003-00000000000a/x",
        "kubepods/pod1a2b3c4d_0001_4002_8003_00000000000a/x",
        "other.slice/other-pod1a2b3c4d_0001_4002_8003_00000000000a.slice/x.scope",
        "kubepods.slice/kubepods-pod1a2b3c4d-0001-4002-8003-00000000000a.slice/x.scope",
        "kata_overhead/x"
      })
  void otherNamesAreNotPods(String path) {
    assertThat(PodCgroup.find(path, "")).isNull();
  }
}

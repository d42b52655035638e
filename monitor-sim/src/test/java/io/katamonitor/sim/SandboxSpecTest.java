package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SandboxSpecTest {
  private static final Identity POD = Identity.of(1, 1);

  @Test
  void nextAttemptIsOfTheSamePod() {
    var first = SandboxSpec.of(POD, Layout.GO, BodyKind.KATA).with(Workload.BUSY);
    var next = first.nextAttempt("b0");
    assertThat(next.id()).isEqualTo("b0");
    assertThat(next.identity().uid()).isEqualTo(POD.uid());
    assertThat(next.identity().podName()).isEqualTo(POD.podName());
    assertThat(next.attempt()).isOne();
    assertThat(next.workload()).isEqualTo(Workload.BUSY);
  }

  @Test
  void onlyDragonballIsAPartOfTheShim() {
    var spec = SandboxSpec.of(POD, Layout.GO, BodyKind.KATA);
    assertThat(spec.with(Placement.RS_SYSTEMD, "dragonball").isVmInShim()).isTrue();
    assertThat(spec.with(Placement.RS_SYSTEMD, "clh").isVmInShim()).isFalse();
    assertThat(spec.isVmInShim()).isFalse();
  }

  @Test
  void largerBodyHasNoUsageAndNoCgroups() {
    var spec = SandboxSpec.of(POD, Layout.GO, BodyKind.LARGE);
    assertThat(spec.usage(10)).isSameAs(PodUsage.NONE);
    assertThat(spec.placement()).isNull();
  }
}

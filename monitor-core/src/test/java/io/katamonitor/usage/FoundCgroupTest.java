package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FoundCgroupTest {
  @Test
  void cgroupIsInsideItselfAndItsAncestors() {
    var cgroup = new FoundCgroup("a/bc/d", new CgroupV1(null, null, null));

    assertThat(cgroup.isInside("a")).isTrue();
    assertThat(cgroup.isInside("a/bc")).isTrue();
    assertThat(cgroup.isInside("a/bc/d")).isTrue();
    assertThat(cgroup.isInside("a/b")).isFalse();
    assertThat(cgroup.isInside("a/bc/d/e")).isFalse();
  }
}

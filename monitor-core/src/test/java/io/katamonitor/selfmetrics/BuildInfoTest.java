package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildInfoTest {
  @Test
  void hasTheVersionThatTheBuildStamped() {
    assertThat(BuildInfo.OWN.version()).isNotEmpty();
    assertThat(BuildInfo.OWN.commit()).isNotEmpty();
  }
}

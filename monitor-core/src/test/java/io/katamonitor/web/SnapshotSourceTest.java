package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.SandboxState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SnapshotSourceTest {
  @Test
  void snapshotAddsUpTheSandboxes() {
    var node = NodeFixture.withSandboxes(3);
    assertThat(node.snapshot().cpuCores()).isEmpty(); // One reading has no rate.
    node.time.pass(Duration.ofSeconds(10));

    var snapshot = node.snapshot();

    assertThat(snapshot.time()).isEqualTo(Instant.EPOCH.plusSeconds(10));
    assertThat(snapshot.cpuCores()).hasValue(0.75);
    assertThat(snapshot.memoryBytes()).hasValue(900L << 20);
    assertThat(snapshot.count(SandboxState.RUNNING)).isEqualTo(3);
    assertThat(snapshot.count(SandboxState.STARTING)).isZero();
    assertThat(snapshot.sandboxes().getFirst().memoryOverheadBytes()).hasValue(100L << 20);
    assertThat(snapshot.sandboxes().getFirst().memoryLimitBytes()).hasValue(2L << 30);
  }

  @Test
  void nodeWithoutSandboxesHasNoUsage() {
    var snapshot = new NodeFixture().snapshot();

    assertThat(snapshot.cpuCores()).isEmpty();
    assertThat(snapshot.memoryBytes()).isEmpty();
    assertThat(snapshot.timeline().length()).isZero();
  }
}

package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningReadingTest {
  private static final Sandbox A = SandboxFixture.sandbox(Path.of("/r"), "aaaa", ShimRuntime.GO);
  private static final Sandbox B = SandboxFixture.sandbox(Path.of("/r"), "bbbb", ShimRuntime.GO);

  @Test
  void finishedPartGrowsWithEachUsage() {
    var reading = new RunningReading(List.of(A, B), 42);
    assertThat(reading.finishedPart().size()).isZero();

    reading.add(HostUsage.REMOTE);
    var half = reading.finishedPart();
    reading.add(HostUsage.UNKNOWN);

    assertThat(half.size()).isEqualTo(1);
    assertThat(half.startNanos()).isEqualTo(42);
    assertThat(half.usageOf(A.id())).isEqualTo(HostUsage.REMOTE);
    assertThat(half.usageOf(B.id())).isNull();
    assertThat(reading.finishedPart().usageOf(B.id())).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void isAbandonedAtTheSandboxWhoseFilesAreRead() {
    for (int steps = 1; steps <= 4; steps++) {
      var reading = new RunningReading(List.of(A, B), 42);
      for (int i = 1; i <= steps; i++) {
        assertThat(reading.begin()).isTrue();
        if (i == 2) {
          int before = reading.step();
          assertThat(reading.beginShared()).isTrue();
          assertThat(reading.abandon(before)).as("it went on").isNull();
          assertThat(reading.abandon(reading.step())).as("what all share").isNull();
        }
      }
      if (steps == 2) {
        continue;
      }
      assertThat(reading.abandon(reading.step())).isEqualTo(steps % 2 == 1 ? A : B);
      assertThat(reading.hung()).isEqualTo(steps % 2 == 1 ? A : B);
      assertThat(reading.begin()).isFalse();
      assertThat(reading.beginShared()).isFalse();
    }
  }

  @Test
  void isNotAbandonedBeforeTheFirstSandbox() {
    var reading = new RunningReading(List.of(A, B), 42);
    assertThat(reading.abandon(reading.step())).isNull();
    assertThat(reading.begin()).isTrue();
  }
}

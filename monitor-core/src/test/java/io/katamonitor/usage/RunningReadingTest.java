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
  void theFinishedPartGrowsWithEachUsage() {
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
}

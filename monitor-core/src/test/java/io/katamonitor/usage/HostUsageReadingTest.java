package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostUsageReadingTest {
  @Test
  void onlyTheCountedUsagesAreInIt() {
    var sandbox = SandboxFixture.sandbox(Path.of("/r"), "aaaa", ShimRuntime.GO);
    var usages = new HostUsage[] {HostUsage.REMOTE};

    assertThat(HostUsageReading.of(1, List.of(sandbox), usages, 0).usageOf(sandbox.id())).isNull();
    assertThat(HostUsageReading.of(1, List.of(sandbox), usages, 1).usageOf(sandbox.id()))
        .isEqualTo(HostUsage.REMOTE);
    assertThat(HostUsageReading.NONE.size()).isZero();
  }
}

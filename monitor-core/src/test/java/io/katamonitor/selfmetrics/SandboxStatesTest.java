package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.scrape.SandboxStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxStatesTest {
  @Test
  void everyStateHasACount() {
    var registry = new SandboxRegistry();
    for (var id : new String[] {"a1", "a2", "b1"}) {
      registry.add(
          new Sandbox(new SandboxId(id), ShimRuntime.GO, Path.of("/x"), null, Pod.UNKNOWN));
    }
    var states =
        new SandboxStates(
            registry,
            sandbox ->
                new SandboxStatus(
                    sandbox.id().value().startsWith("a")
                        ? SandboxState.STUCK
                        : SandboxState.NOT_SCRAPED,
                    null,
                    null,
                    Instant.EPOCH));

    assertThat(states.get())
        .isEqualTo(
            Map.of(
                "starting",
                0L,
                "running",
                0L,
                "failing",
                0L,
                "backoff",
                0L,
                "stuck",
                2L,
                "not_scraped",
                1L));
  }
}

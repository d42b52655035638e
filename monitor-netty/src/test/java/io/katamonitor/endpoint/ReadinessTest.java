package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private boolean isUp = true;
  private final AtomicReference<@Nullable String> problem = new AtomicReference<>();
  private final Readiness readiness =
      new Readiness().add("listeners", () -> isUp).addCheck("root /r", problem::get);

  @Test
  void itIsReadyWhileAllChecksHold() {
    assertThat(readiness.isReady()).isTrue();
    assertThat(readiness.verbose())
        .isEqualTo("[+]listeners ok\n[+]root /r ok\n[+]running ok\nreadyz check passed\n");
  }

  @Test
  void checkThatFailsIsNamedWithItsProblem() {
    isUp = false;
    problem.set("permission denied");
    assertThat(readiness.isReady()).isFalse();
    assertThat(readiness.verbose())
        .isEqualTo(
            """
            [-]listeners: not yet
            [-]root /r: permission denied
            [+]running ok
            readyz check failed
            """);
  }

  @Test
  void notReadyOnceItIsEnded() {
    readiness.end();
    assertThat(readiness.isReady()).isFalse();
    assertThat(readiness.verbose()).contains("[-]running: stopping\n");
  }
}

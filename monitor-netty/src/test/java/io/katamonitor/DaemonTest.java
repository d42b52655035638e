package io.katamonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DaemonTest {
  @Test
  void aStartedDaemonIsAliveAndReady() throws Exception {
    try (var daemon = RunningDaemon.start()) {
      assertThat(daemon.get("/healthz").body()).isEqualTo("ok\n");
      assertThat(daemon.get("/livez").statusCode()).isEqualTo(200);
      assertThat(daemon.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(daemon.get("/readyz?verbose").body())
          .contains("[+]listeners ok\n")
          .endsWith("readyz check passed\n");
    }
  }

  @Test
  void anAddressInUseIsASentenceAndLeavesNothingRunning() throws Exception {
    try (var daemon = RunningDaemon.start()) {
      String taken = "127.0.0.1:" + daemon.port();
      assertThatThrownBy(() -> Daemon.start(RunningDaemon.configuration("-listen-address", taken)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(taken)
          .hasMessageContaining("already in use");
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("event-loop"));
  }
}

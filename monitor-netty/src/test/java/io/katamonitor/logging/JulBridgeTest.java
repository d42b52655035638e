package io.katamonitor.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JulBridgeTest {
  private final JulBridge bridge = new JulBridge();

  private String logged(LogRecord entry) {
    try (var captured = CapturedLog.start()) {
      entry.setLoggerName("io.grpc.Thing");
      bridge.publish(entry);
      return captured.text().replaceAll("time=\"[^\"]*\" ", "");
    }
  }

  @Test
  void exceptionIsTheCause() {
    var entry = new LogRecord(Level.WARNING, "failed");
    entry.setThrown(new IllegalStateException("gone"));

    assertThat(logged(entry))
        .isEqualTo(
            "level=warning msg=failed cause=\"java.lang.IllegalStateException: gone\""
                + " source=io.grpc.Thing\n");
  }

  @Test
  void parametersAreFilledIn() {
    var entry = new LogRecord(Level.SEVERE, "lost {0} of {1}");
    entry.setParameters(new Object[] {"a", "b"});

    assertThat(logged(entry)).isEqualTo("level=error msg=\"lost a of b\" source=io.grpc.Thing\n");
  }
}

package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.RootStatus.State;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootStatusTest {
  @ParameterizedTest
  @CsvSource({"ABSENT, false", "READABLE, false", "UNREADABLE, true", "DELETED, true"})
  void rootIsFaultyIfItMayHideSandboxes(State state, boolean isFaulty) {
    assertThat(new RootStatus(Path.of("/run/kata"), state, "").isFaulty()).isEqualTo(isFaulty);
  }
}

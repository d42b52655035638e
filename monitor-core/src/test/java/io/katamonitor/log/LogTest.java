package io.katamonitor.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTest {
  private final Log log = Log.of(LogTest.class);

  @Test
  void eventHasItsTextAndItsFields() {
    try (var captured = CapturedLog.from(Level.INFO)) {
      log.info("sandbox added", "sandbox", "a1", "count", 2, "pod", null);

      assertThat(captured.lines()).containsExactly("sandbox added sandbox=a1 count=2 pod=null");
    }
  }

  @Test
  void eventsBelowTheLevelAreOmitted() {
    try (var captured = CapturedLog.from(Level.WARN)) {
      assertThat(log.isEnabled(Level.INFO)).isFalse();
      assertThat(log.isEnabled(Level.WARN)).isTrue();
      log.debug("a");
      log.info("b");
      log.warn("c");
      log.error("d");

      assertThat(captured.lines()).containsExactly("c", "d");
    }
  }

  @Test
  void panicDisablesTheLog() {
    try (var captured = CapturedLog.from(Level.PANIC)) {
      log.event(Level.FATAL, "not this");

      assertThat(captured.lines()).isEmpty();
    }
  }
}

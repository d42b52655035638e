package io.katamonitor.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LevelTest {
  @Test
  void levelsHaveTheNamesOfLogrusInAnyCase() {
    assertThat(Level.parse("Warn")).isEqualTo(Level.WARN);
    assertThat(Level.parse("WARNING")).isEqualTo(Level.WARN);
    assertThat(Level.parse("panic")).isEqualTo(Level.PANIC);
    assertThat(Level.parse("loud")).isNull();
    assertThat(Level.parse("")).isNull();
  }

  @Test
  void log4jLevelBetweenTwoMapsToTheLowerOne() {
    assertThat(Level.of(org.apache.logging.log4j.Level.forName("NOTICE", 350)))
        .isEqualTo(Level.INFO);
    assertThat(Level.of(org.apache.logging.log4j.Level.ALL)).isEqualTo(Level.TRACE);
    assertThat(Level.of(org.apache.logging.log4j.Level.FATAL)).isEqualTo(Level.FATAL);
  }
}

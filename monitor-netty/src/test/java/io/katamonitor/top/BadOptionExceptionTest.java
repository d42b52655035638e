package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BadOptionExceptionTest {
  @Test
  void sentenceNamesFlagValueAndWhatWasExpected() {
    assertThat(new BadOptionException("--once", "maybe", ": expected true"))
        .hasMessage("invalid value \"maybe\" for flag --once: expected true");
  }
}

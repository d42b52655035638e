package io.katamonitor.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryExhaustedExceptionTest {
  @Test
  void namesTheLimitAndHasNoStackTrace() {
    var exception = new MemoryExhaustedException("the limit");

    assertThat(exception).hasMessage("the limit");
    assertThat(exception.getStackTrace()).isEmpty();
  }
}

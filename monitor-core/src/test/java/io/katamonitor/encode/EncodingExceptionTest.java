package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncodingExceptionTest {
  @Test
  void hasMessageAndCause() {
    var cause = new IllegalStateException("why");

    assertThat(new EncodingException("what", cause)).hasMessage("what").hasCause(cause);
  }
}

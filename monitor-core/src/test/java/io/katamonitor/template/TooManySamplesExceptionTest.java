package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TooManySamplesExceptionTest {
  @Test
  void namesTheLimitAndHasNoStackTrace() {
    var exception = new TooManySamplesException(5000);

    assertThat(exception).hasMessage("more than 5000 samples");
    assertThat(exception.getStackTrace()).isEmpty();
  }
}

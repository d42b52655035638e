package io.katamonitor.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MalformedExpositionExceptionTest {
  /** Thrown for each hostile body of each scrape: a stack trace would cost more than the body. */
  @Test
  void namesTheRuleAndHasNoStackTrace() {
    var exception = new MalformedExpositionException("the rule");

    assertThat(exception).hasMessage("the rule");
    assertThat(exception.getStackTrace()).isEmpty();
  }
}

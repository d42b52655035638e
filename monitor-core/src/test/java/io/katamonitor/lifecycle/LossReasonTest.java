package io.katamonitor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LossReasonTest {
  @Test
  void reasonsHaveTheLabelsOfTheSeries() {
    assertThat(LossReason.values())
        .extracting(LossReason::label)
        .containsExactly("directory_gone", "replaced", "shim_gone");
  }
}

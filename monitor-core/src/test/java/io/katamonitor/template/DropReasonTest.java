package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DropReasonTest {
  @Test
  void labelsAreThoseOfTheOwnSeries() {
    assertThat(DropReason.values())
        .extracting(DropReason::label)
        .containsExactly("foreign", "reserved", "denylist");
  }
}

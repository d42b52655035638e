package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleDropReasonTest {
  @Test
  void labelsAreThoseOfTheOwnSeries() {
    assertThat(SampleDropReason.values())
        .extracting(SampleDropReason::label)
        .containsExactly("name", "labels", "label_name", "label_value");
  }
}

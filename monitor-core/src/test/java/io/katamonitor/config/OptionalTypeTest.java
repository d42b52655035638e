package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionalTypeTest {
  private final OptionalType<Integer> type = new OptionalType<>(new NumberType(0, 9));

  @Test
  void emptyTextUnsetsTheValue() {
    assertThat(type.merge(type.parse("3"), type.parse(""))).isEmpty();
    assertThat(type.parse("3")).contains(3);
    assertThat(type.format(Optional.empty())).isEmpty();
    assertThat(type.format(Optional.of(3))).isEqualTo("3");
  }
}

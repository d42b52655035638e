package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatableTypeTest {
  private final RepeatableType<Integer> type = new RepeatableType<>(new NumberType(0, 9));

  @Test
  void valuesKeepTheirOrderAndEqualOnesCountOnce() {
    var all = type.merge(type.merge(type.parse("3"), type.parse("1")), type.parse("3"));
    assertThat(all).isEqualTo(List.of(3, 1));
    assertThat(type.format(all)).isEqualTo("3,1");
  }
}

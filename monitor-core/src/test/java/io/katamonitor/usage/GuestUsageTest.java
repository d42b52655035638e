package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GuestUsageTest {
  @Test
  void itIsEmptyWithoutAnyValue() {
    for (int present = -1; present < 8; present++) {
      var usage =
          new GuestUsage(
              seconds(present == 0),
              bytes(present == 1),
              bytes(present == 2),
              bytes(present == 3),
              bytes(present == 4),
              bytes(present == 5),
              bytes(present == 6),
              seconds(present == 7));

      assertThat(usage.isEmpty()).isEqualTo(present < 0);
    }
  }

  private static OptionalDouble seconds(boolean present) {
    return present ? OptionalDouble.of(0) : OptionalDouble.empty();
  }

  private static OptionalLong bytes(boolean present) {
    return present ? OptionalLong.of(0) : OptionalLong.empty();
  }
}

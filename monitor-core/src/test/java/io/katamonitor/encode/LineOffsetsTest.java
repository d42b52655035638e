package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineOffsetsTest {
  @Test
  void holdsAsManyLinesAsAreWrittenAndTheEnd() {
    var offsets = new LineOffsets();
    offsets.reset(1000);
    for (int i = 0; i <= 1000; i++) {
      offsets.set(i, 3 * i, 3 * i + 2);
    }

    assertThat(offsets.start(1000)).isEqualTo(3000);
    assertThat(offsets.prefix(999)).isEqualTo(2999);
  }
}

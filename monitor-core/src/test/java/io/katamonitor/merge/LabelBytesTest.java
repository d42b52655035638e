package io.katamonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelBytesTest {
  @Test
  void isAsLongAsItsBytes() {
    assertThat(new LabelBytes(new byte[7], new int[] {7}).length()).isEqualTo(7);
    assertThat(LabelBytes.NONE.length()).isZero();
    assertThat(LabelBytes.NONE.pieceEnds()).isEmpty();
  }
}

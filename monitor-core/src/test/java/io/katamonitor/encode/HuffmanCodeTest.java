package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HuffmanCodeTest {
  private static double kraft(byte[] lengths) {
    double sum = 0;
    for (byte length : lengths) {
      sum += length == 0 ? 0 : Math.pow(2, -length);
    }
    return sum;
  }

  /** RFC 1951, section 3.2.2: lengths (2, 1, 3, 3) are the codes 10, 0, 110, 111. */
  @Test
  void makesTheCodesOfTheRfcsExampleWithTheFirstBitLowest() {
    var code = new HuffmanCode(4, 15);
    code.build(new int[] {2, 4, 1, 1});

    assertThat(code.lengths()).containsExactly(2, 1, 3, 3);
    assertThat(code.codes()).containsExactly((short) 0b01, (short) 0, (short) 0b011, (short) 0b111);
  }

  @Test
  void singleSymbolHasOneBitAndNoneHasNone() {
    var code = new HuffmanCode(3, 7);
    code.build(new int[] {0, 9, 0});
    assertThat(code.lengths()).containsExactly(0, 1, 0);

    code.build(new int[] {0, 0, 0});
    assertThat(code.lengths()).containsExactly(0, 0, 0);
  }

  @Test
  void codesAreNoLongerThanAllowed() {
    int[] fibonacci = new int[30];
    fibonacci[0] = 1;
    fibonacci[1] = 1;
    for (int i = 2; i < fibonacci.length; i++) {
      fibonacci[i] = fibonacci[i - 1] + fibonacci[i - 2];
    }
    for (int maxBits : new int[] {5, 7, 15}) {
      var code = new HuffmanCode(fibonacci.length, maxBits);
      code.build(fibonacci);
      assertThat(code.lengths()).contains((byte) maxBits);
      for (byte length : code.lengths()) {
        assertThat(length).isBetween((byte) 1, (byte) maxBits);
      }
      assertThat(kraft(code.lengths())).isEqualTo(1);
    }
  }

  @Test
  void frequentSymbolsHaveShorterCodes() {
    var code = new HuffmanCode(5, 15);
    code.build(new int[] {1, 100, 10, 1000, 0});

    assertThat(code.lengths()).containsExactly(3, 2, 3, 1, 0);
  }
}

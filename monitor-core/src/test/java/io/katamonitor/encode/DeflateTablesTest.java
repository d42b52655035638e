package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Examples from the tables of RFC 1951, section 3.2.5, whose codes of lengths start at 257. */
class DeflateTablesTest {
  @Test
  void lengthsHaveTheCodesOfTheRfc() {
    assertLength(3, 257, 0, 3);
    assertLength(10, 264, 0, 10);
    assertLength(12, 265, 1, 11);
    assertLength(257, 284, 5, 227);
    assertLength(258, 285, 0, 258);
  }

  private static void assertLength(int length, int symbol, int extraBits, int base) {
    int code = DeflateTables.LENGTH_CODE[length - DeflateTables.MIN_LENGTH];
    assertThat(DeflateTables.FIRST_LENGTH + code).as("code of %d", length).isEqualTo(symbol);
    assertThat(DeflateTables.LENGTH_EXTRA[code]).isEqualTo((byte) extraBits);
    assertThat(DeflateTables.LENGTH_BASE[code] + DeflateTables.MIN_LENGTH).isEqualTo(base);
  }

  @Test
  void distancesHaveTheCodesOfTheRfc() {
    assertDistance(1, 0, 0);
    assertDistance(5, 4, 1);
    assertDistance(256, 15, 6);
    assertDistance(257, 16, 7);
    assertDistance(384, 16, 7);
    assertDistance(385, 17, 7);
    assertDistance(32_768, 29, 13);
  }

  private static void assertDistance(int distance, int expected, int extraBits) {
    int code = DeflateTables.distanceCode(distance - 1);
    assertThat(code).as("code of %d", distance).isEqualTo(expected);
    assertThat(DeflateTables.DISTANCE_EXTRA[code]).isEqualTo((byte) extraBits);
  }
}

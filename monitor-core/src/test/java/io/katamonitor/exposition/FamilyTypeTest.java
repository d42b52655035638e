package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FamilyTypeTest {
  @ParameterizedTest
  @EnumSource
  void isFoundByItsNumberAndItsWord(FamilyType type) {
    byte[] word = type.word();

    assertThat(type.code()).isBetween(0, 7);
    assertThat(FamilyType.ofCode(type.code())).isEqualTo(type);
    assertThat(FamilyType.parse(word, 0, word.length)).isEqualTo(type);
  }

  @Test
  void noOtherWordIsAType() {
    for (var word : new String[] {"", "gaug", "gauges", "info", "stateset", "@auge"}) {
      assertThat(FamilyType.parse(word.getBytes(US_ASCII), 0, word.length())).as(word).isNull();
    }
  }

  @Test
  void histogramsAndSummariesHaveParts() {
    assertThat(FamilyType.values())
        .filteredOn(FamilyType::hasParts)
        .containsExactly(FamilyType.HISTOGRAM, FamilyType.SUMMARY);
  }
}

package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplePartTest {
  private static @Nullable SamplePart endingOf(String name) {
    return SamplePart.endingOf(name.getBytes(US_ASCII), 0, name.length());
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsNumberAndItsSuffix(SamplePart part) {
    byte[] suffix = part.suffix().getBytes(US_ASCII);

    assertThat(SamplePart.ofCode(part.code())).isEqualTo(part);
    assertThat(SamplePart.ofSuffix(suffix, 0, suffix.length)).isEqualTo(part);
  }

  @Test
  void anotherSuffixIsNoPart() {
    assertThat(SamplePart.ofSuffix("_total".getBytes(US_ASCII), 0, 6)).isNull();
  }

  @Test
  void endingIsThatOfALongerName() {
    assertThat(endingOf("x_bucket")).isEqualTo(SamplePart.BUCKET);
    assertThat(endingOf("x_count_sum")).isEqualTo(SamplePart.SUM);
    assertThat(endingOf("_count")).isNull();
    assertThat(endingOf("x_counts")).isNull();
  }

  @Test
  void summaryHasNoBuckets() {
    assertThat(SamplePart.BUCKET.isOf(FamilyType.HISTOGRAM)).isTrue();
    assertThat(SamplePart.BUCKET.isOf(FamilyType.SUMMARY)).isFalse();
    assertThat(SamplePart.SUM.isOf(FamilyType.SUMMARY)).isTrue();
    assertThat(SamplePart.COUNT.isOf(FamilyType.GAUGE)).isFalse();
    assertThat(SamplePart.PLAIN.isOf(FamilyType.GAUGE)).isTrue();
  }
}

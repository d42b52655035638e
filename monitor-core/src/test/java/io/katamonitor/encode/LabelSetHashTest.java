package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelSetHashTest {
  private final LabelSetHash hash = new LabelSetHash();

  private long hash(String prefix, String suffix) {
    return hash.hash(
        (prefix + suffix).getBytes(US_ASCII),
        0,
        prefix.length(),
        prefix.length() + suffix.length(),
        CanonicalSeries.LE);
  }

  @Test
  void boundIsNotPartOfTheLabelSet() {
    long bucket = hash("x_bucket{a=\"1\",", ",le=\"0.5\"} ");
    assertThat(hash.hasBound()).isTrue();
    assertThat(hash.bound()).isEqualTo(0.5);
    long sum = hash("x_sum{a=\"1\",", "} ");
    assertThat(hash.hasBound()).isFalse();
    assertThat(hash.bound()).isZero();

    assertThat(sum).isEqualTo(bucket);
  }

  @Test
  void orderOfLabelsDoesNotMatter() {
    assertThat(hash("x{a=\"1\",b=\"2\",", "} ")).isEqualTo(hash("x{b=\"2\",a=\"1\",", "} "));
  }

  @Test
  void namesAndValuesMatter() {
    assertThat(hash("x{a=\"1\",", "} ")).isNotEqualTo(hash("x{a=\"2\",", "} "));
    assertThat(hash("x{a=\"1\",", "} ")).isNotEqualTo(hash("x{b=\"1\",", "} "));
    assertThat(hash("x{a=\"1\",b=\"2\",", "} ")).isNotEqualTo(hash("x{a=\"2\",b=\"1\",", "} "));
    assertThat(hash("x{", ",quantile=\"1\"} ")).isNotEqualTo(hash("x{", "} "));
  }
}

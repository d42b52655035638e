package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleNumberTest {
  private static boolean isLegal(String text) {
    return SampleNumber.isLegal((" " + text + "9").getBytes(ISO_8859_1), 1, 1 + text.length());
  }

  private static boolean isTimestamp(String text) {
    return SampleNumber.isTimestamp((" " + text + "9").getBytes(ISO_8859_1), 1, 1 + text.length());
  }

  private static double parse(String text) {
    return SampleNumber.parse((" " + text + "9").getBytes(ISO_8859_1), 1, 1 + text.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "007",
        "-1",
        "+5",
        "1.",
        ".5",
        "1e3",
        "1E+03",
        "2.5e-7",
        "1.7976931348623157e308",
        "1e-400",
        "NaN",
        "nan",
        "Inf",
        "+inf",
        "-INFINITY",
        "0e999999"
      })
  void acceptsWhatGoAccepts(String text) {
    assertThat(isLegal(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "+", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x1", "1_0", "+NaN", "-nan", "infinit",
        "1.8e308", "-1e309", "1d", "1f", "1 ", "--1", "1,5"
      })
  void rejectsWhatGoRejects(String text) {
    assertThat(isLegal(text)).isFalse();
  }

  @Test
  void numberMayHaveElevenHundredBytes() {
    assertThat(isLegal("0".repeat(1100))).isTrue();
    assertThat(isLegal("0".repeat(1101))).isFalse();
    assertThat(isLegal("9".repeat(308))).isTrue();
    assertThat(isLegal("9".repeat(310))).isFalse();
  }

  @Test
  void timestampIsACountThatFitsALong() {
    assertThat(isTimestamp("0")).isTrue();
    assertThat(isTimestamp("9223372036854775807")).isTrue();
    assertThat(isTimestamp("0".repeat(1081) + "9223372036854775807")).isTrue();
    assertThat(isTimestamp("0".repeat(1082) + "9223372036854775807")).isFalse();
    assertThat(isTimestamp("9223372036854775808")).isFalse();
    assertThat(isTimestamp("10000000000000000000")).isFalse();
    assertThat(isTimestamp("-1")).isFalse();
    assertThat(isTimestamp("+1")).isFalse();
    assertThat(isTimestamp("1.5")).isFalse();
    assertThat(isTimestamp("")).isFalse();
  }

  @Test
  void timestampIsReadWithItsLeadingZeros() {
    byte[] text = "x0009223372036854775807".getBytes(ISO_8859_1);

    assertThat(SampleNumber.parseTimestamp(text, 1, text.length)).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "17",
        "+5",
        "007",
        "1.5",
        ".5",
        "5.",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
        "123e20",
        "9007199254740992",
        "9007199254740993",
        "0.1",
        "3.141592653589793",
        "1.7976931348623157e308",
        "4.9e-324",
        "2.4703282292062328e-324",
        "1e-400",
        "1e000000005",
        "0.000000000000000000000001",
        "9007199254740993e-1"
      })
  void parsesAsTheJdkDoes(String text) {
    assertThat(parse(text)).isEqualTo(Double.parseDouble(text));
  }

  @Test
  void parsesRandomNumbersAsTheJdkDoes() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      var text =
          Double.isFinite(value) && i % 2 == 0
              ? Double.toString(value)
              : random.nextLong(1L << random.nextInt(1, 62)) + "e" + (random.nextInt(60) - 30);
      assertThat(parse(text)).as("seed %d: %s", seed, text).isEqualTo(Double.parseDouble(text));
    }
  }

  @Test
  void parsesTheWordsInAnyCase() {
    assertThat(parse("nAn")).isNaN();
    assertThat(parse("inf")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parse("+Infinity")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parse("-INF")).isEqualTo(Double.NEGATIVE_INFINITY);
  }
}

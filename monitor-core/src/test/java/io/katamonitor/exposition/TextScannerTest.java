package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextScannerTest {
  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Test
  void findsALineFeedAtEveryPositionOfTheRangeOnly() {
    for (int length = 0; length < 40; length++) {
      for (int at = 0; at < length; at++) {
        byte[] text = bytes("\u000b".repeat(length));
        text[at] = '\n';
        assertThat(TextScanner.newline(text, 0, length)).isEqualTo(at);
        assertThat(TextScanner.newline(text, at, length)).isEqualTo(at);
        assertThat(TextScanner.newline(text, at + 1, length)).isEqualTo(-1);
        assertThat(TextScanner.newline(text, 0, at)).isEqualTo(-1);
      }
    }
  }

  @Test
  void findsTheFirstOfTwoLineFeeds() {
    assertThat(TextScanner.newline(bytes("abcdefg\n\nhijklmn\n"), 0, 17)).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "é", "߿", "ࠀ", "￿", "\ud800\udc00", "\udbff\udfff"})
  void acceptsEveryLengthOfUtf8(String text) {
    byte[] bytes = text.getBytes(UTF_8);

    assertThat(TextScanner.isUtf8(bytes, 0, bytes.length)).isTrue();
    if (bytes.length > 1) {
      assertThat(TextScanner.isUtf8(bytes, 0, bytes.length - 1)).as("cut").isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080",
        "\u00c0\u0080",
        "\u00c1\u00bf",
        "\u00c3(",
        "\u00e0\u009f\u00bf",
        "\u00ed\u00a0\u0080",
        "\u00f0\u008f\u00bf\u00bf",
        "\u00f4\u0090\u0080\u0080",
        "\u00f5\u0080\u0080\u0080",
        "\u00ff"
      })
  void rejectsWhatIsNotUtf8(String latin1) {
    byte[] bytes = bytes(latin1);

    assertThat(TextScanner.isUtf8(bytes, 0, bytes.length)).isFalse();
  }

  @Test
  void tokenEndsAtABlankOrTab() {
    assertThat(TextScanner.endOfToken(bytes("ab c"), 0, 4)).isEqualTo(2);
    assertThat(TextScanner.endOfToken(bytes("ab\tc"), 0, 4)).isEqualTo(2);
    assertThat(TextScanner.endOfToken(bytes("abcd"), 0, 3)).isEqualTo(3);
    assertThat(TextScanner.skipBlanks(bytes(" \t c"), 0, 4)).isEqualTo(3);
    assertThat(TextScanner.skipBlanks(bytes("  "), 0, 2)).isEqualTo(2);
  }

  @Test
  void onlyAMetricNameMayHaveColons() {
    assertThat(TextScanner.endOfMetricName(bytes("a:9_Z{"), 0, 6)).isEqualTo(5);
    assertThat(TextScanner.endOfLabelName(bytes("a:9_Z="), 0, 6)).isEqualTo(1);
  }

  @Test
  void noNameStartsWithADigit() {
    assertThat(TextScanner.endOfMetricName(bytes("9a"), 0, 2)).isZero();
    assertThat(TextScanner.endOfLabelName(bytes("9a"), 0, 2)).isZero();
    assertThat(TextScanner.endOfLabelName(bytes("\u00e9"), 0, 1)).isZero();
  }
}

package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {
  private static final SafeText UTF = new SafeText(UTF_8);

  @ParameterizedTest
  @CsvSource({
    "0000, <U+0000>",
    "0007, <U+0007>",
    "000A, <U+000A>",
    "000D, <U+000D>",
    "001B, <U+001B>",
    "007F, <U+007F>",
    "0085, <U+0085>",
    "009B, <U+009B>",
    "00AD, <U+00AD>",
    "0301, <U+0301>",
    "05D0, <U+05D0>",
    "0627, <U+0627>",
    "200B, <U+200B>",
    "200F, <U+200F>",
    "2028, <U+2028>",
    "202E, <U+202E>",
    "2066, <U+2066>",
    "E000, <U+E000>",
    "FEFF, <U+FEFF>",
    "093F, <U+093F>",
    "FFFF, <U+FFFF>",
    "1D173, <U+01D173>",
    "1F1E9, <U+01F1E9>",
    "1F3FB, <U+01F3FB>",
    "E0041, <U+0E0041>",
  })
  void harmfulCharactersAreWrittenAsTheirCode(String code, String written) {
    var text = "a" + Character.toString(Integer.parseInt(code, 16)) + "b";

    assertThat(UTF.of(text)).isEqualTo("a" + written + "b");
  }

  @Test
  void noControlCharacterOfUnicodePasses() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      var safe = UTF.of(Character.toString(c));
      assertThat(safe.codePoints())
          .as("U+%04X", c)
          .allMatch(shown ->
              !Character.isISOControl(shown)
                  && Character.getType(shown) != Character.FORMAT
                  && Character.getType(shown) != Character.SURROGATE);
    }
  }

  @Test
  void halvesOfSurrogatePairsAreWrittenAsTheirCode() {
    assertThat(UTF.of("\ud800x\udc00")).isEqualTo("<U+D800>x<U+DC00>");
  }

  @Test
  void visibleTextStays() {
    assertThat(UTF.of("web-7d9 ~ \u00e9 \u4e2d \ud83d\ude00"))
        .isEqualTo("web-7d9 ~ \u00e9 \u4e2d \ud83d\ude00");
  }

  @Test
  void charactersOutsideTheCharacterSetAreWrittenAsTheirCode() {
    assertThat(new SafeText(US_ASCII).of("a\u00e9")).isEqualTo("a<U+00E9>");
    assertThat(new SafeText(ISO_8859_1).of("\u00e9\u4e2d")).isEqualTo("\u00e9<U+4E2D>");
  }

  @Test
  void asciiJsonIsEquivalent() {
    assertThat(SafeText.json("{\"a\":\t\"\u009b\u202e\u00e9\ud83d\ude00\"}\r\n"))
        .isEqualTo("{\"a\": \"\\u009b\\u202e\\u00e9\\ud83d\\ude00\"} \n");
  }
}

package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  private static String written(Consumer<JsonWriter> content) {
    var out = new StringBuilder();
    content.accept(new JsonWriter(out));
    return out.toString();
  }

  private static String number(double value, int decimals) {
    return written(json -> json.number(value, decimals));
  }

  @Test
  void commasSeparateMembersAndElements() {
    assertThat(
            written(json -> {
              json.beginObject().member("a", 1).name("b").beginArray().number(1).string("x");
              json.beginObject().endObject().beginArray().endArray().endArray();
              json.member("c", true).endObject();
            }))
        .isEqualTo("{\"a\":1,\"b\":[1,\"x\",{},[]],\"c\":true}");
  }

  @Test
  void absentValueIsOmitted() {
    assertThat(
            written(json ->
                json.beginObject()
                    .member("text", (String) null)
                    .member("time", (Instant) null)
                    .member("count", OptionalLong.empty())
                    .member("rate", OptionalDouble.empty(), 3)
                    .member("nan", OptionalDouble.of(Double.NaN), 3)
                    .member("infinite", OptionalDouble.of(Double.POSITIVE_INFINITY), 3)
                    .member("zero", OptionalLong.of(0))
                    .endObject()))
        .isEqualTo("{\"zero\":0}");
  }

  @Test
  void numbersAreRoundedAndHaveNoExponent() {
    assertThat(number(0, 4)).isEqualTo("0");
    assertThat(number(0.00004, 4)).isEqualTo("0");
    assertThat(number(-0.00004, 4)).isEqualTo("0");
    assertThat(number(0.00005, 4)).isEqualTo("0.0001");
    assertThat(number(12.5, 4)).isEqualTo("12.5");
    assertThat(number(-12.0301, 4)).isEqualTo("-12.0301");
    assertThat(number(1e7, 9)).isEqualTo("10000000");
    assertThat(number(3599.123456789, 9)).isEqualTo("3599.123456789");
    assertThat(number(1e19, 9)).isEqualTo("1.0E19");
    assertThat(number(999.5, 0)).isEqualTo("1000");
  }

  @Test
  void stringsAreSafeInJsonAndInHtml() {
    assertThat(written(json -> json.string("\"\\/\n\u0000\u007f<>&\u2028é\ud83d\ude00")))
        .isEqualTo("\"\\\"\\\\/\\u000a\\u0000\\u007f\\u003c\\u003e\\u0026\\u2028é\ud83d\ude00\"");
  }

  @Test
  void timesAreOfRfc3339() {
    assertThat(written(json -> json.time(Instant.parse("2026-11-28T22:00:53.123456Z"))))
        .isEqualTo("\"2026-11-28T22:00:53.123Z\"");
  }
}

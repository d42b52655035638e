package io.katamonitor.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
  private static final JsonFields FIELDS = JsonFields.of("a.b", "a.c", "d");

  private static @Nullable JsonValue[] pick(String json) throws MalformedJsonException {
    var bytes = json.getBytes(UTF_8);
    return FIELDS.pick(bytes, bytes.length);
  }

  private static @Nullable String text(String json, int field) throws MalformedJsonException {
    return JsonValue.textOf(pick(json)[field]);
  }

  @Test
  void valuesArePickedByPath() throws Exception {
    var values = pick("{\"x\":[{\"a\":{\"b\":1}}],\"a\":{\"z\":{},\"b\":\"B\"}, \"d\" : true } ");
    assertThat(values)
        .containsExactly(
            new JsonValue(JsonValue.Kind.STRING, "B"),
            null,
            new JsonValue(JsonValue.Kind.LITERAL, "true"));
  }

  @Test
  void objectsArraysAndNullCountAsPresent() throws Exception {
    assertThat(pick("{\"a\":{\"b\":null,\"c\":{\"q\":[]}},\"d\":[1,-2.5e+3,false]}"))
        .containsExactly(
            new JsonValue(JsonValue.Kind.LITERAL, "null"),
            JsonValue.OBJECT_OR_ARRAY,
            JsonValue.OBJECT_OR_ARRAY);
  }

  @Test
  void escapesAreRemoved() throws Exception {
    assertThat(text("{\"d\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\u00fc\"}", 2))
        .isEqualTo("\"\\/\b\f\n\r\t\u00e9\ud83d\ude00\u00fc");
    assertThat(text("{\"\\u0064\":\"x\"}", 2)).isEqualTo("x");
  }

  @Test
  void ofALongTextTheRestIsValidatedAndLeftOut() throws Exception {
    var rest = "x".repeat(1 << 20);
    var plain = "x".repeat(JsonParser.MAX_TEXT_BYTES);
    var escapes = "\\u0065".repeat(JsonParser.MAX_TEXT_BYTES / 6 + 1);
    var number = "1".repeat(JsonParser.MAX_TEXT_BYTES);
    var json = "{\"a\":{\"b\":\"%s\",\"c\":%s},\"d\":\"%s\"}";

    assertThat(pick(json.formatted(plain + rest, number + number, escapes + rest)))
        .containsExactly(
            new JsonValue(JsonValue.Kind.STRING, plain),
            new JsonValue(JsonValue.Kind.LITERAL, number),
            new JsonValue(JsonValue.Kind.STRING, "e".repeat(JsonParser.MAX_TEXT_BYTES / 6 + 1)));
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> pick(json.formatted(plain + rest + "\\q", "1", "")));
  }

  @Test
  void everyTruncationIsMalformed() {
    var json = "{\"a\":{\"b\":\"q\\u0065m\",\"c\":[1,true]},\"d\":{\"e\":-1.5e3}}";
    for (int length = 0; length < json.length(); length++) {
      var part = json.substring(0, length);
      assertThatExceptionOfType(MalformedJsonException.class).as(part).isThrownBy(() -> pick(part));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "\"d\"",
        "1",
        "null",
        "{} {}",
        "{}x",
        "{,}",
        "{\"d\":1,}",
        "{\"d\" 1}",
        "{d:1}",
        "{'d':1}",
        "{\"d\":nul}",
        "{\"d\":truefalse}",
        "{\"d\":NaN}",
        "{\"d\":+1}",
        "{\"d\":.5}",
        "{\"d\":-}",
        "{\"d\":}",
        "{\"d\":[1 2]}",
        "{\"d\":[1,]}",
        "{\"d\":\"\\x\"}",
        "{\"d\":\"\\u12\"}",
        "{\"d\":\"\\u12g4\"}",
        "{\"d\":\"a\nb\"}",
        "{\"d\":\"a\u0000b\"}",
        "{\"d\":1}\u0000",
        "{\"d\":1,\"d\":2}",
        "{\"d\":1,\"\\u0064\":2}",
        "{\"a\":{\"b\":\"x\"},\"a\":{\"c\":1}}",
      })
  void otherDocumentsAreMalformed(String json) {
    assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> pick(json));
  }

  @Test
  void nestingIsBounded() throws Exception {
    int levels = JsonFields.MAX_DEPTH;
    assertThat(pick("{\"x\":" + "[".repeat(levels) + "]".repeat(levels) + "}")).hasSize(3);
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> pick("{\"x\":" + "[".repeat(levels + 1) + "]".repeat(levels + 1) + "}"))
        .withMessage("more than 64 levels of nesting at byte 69");
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> pick("{\"a\":".repeat(200_000)));
  }

  @Test
  void bytesAfterTheLengthAreNotRead() throws Exception {
    var bytes = "{\"d\":\"x\"}, garbage".getBytes(UTF_8);
    assertThat(JsonValue.textOf(FIELDS.pick(bytes, 9)[2])).isEqualTo("x");
  }

  @Test
  void elementsOfAnArrayArePickedOneByOne() throws Exception {
    var fields =
        JsonFields.of("x").withArray("list.all", JsonFields.of("n", "o.m").withArray("in", FIELDS));
    var seen = new ArrayList<String>();
    var json =
        "{\"list\":{\"all\":[{\"n\":\"1\",\"x\":[{}]},{\"in\":[{\"d\":\"q\"}],\"o\":{\"m\":\"2\"}}]},\"x\":\"y\"}"
            .getBytes(UTF_8);

    var values =
        fields.pick(
            json,
            json.length,
            (array, element) -> {
              for (var value : element) {
                seen.add(array + "=" + JsonValue.textOf(value));
              }
            });

    assertThat(JsonValue.textOf(values[0])).isEqualTo("y");
    assertThat(seen)
        .containsExactly(
            "list.all=1",
            "list.all=null",
            "in=null",
            "in=null",
            "in=q",
            "list.all=null",
            "list.all=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "[[]]", "[{},\"a\"]", "[{\"d\":1,\"d\":2}]", "[{}"})
  void elementsHaveToBeObjects(String array) {
    var fields = JsonFields.of().withArray("list", FIELDS);
    var json = ("{\"list\":" + array + "}").getBytes(UTF_8);
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> fields.pick(json, json.length));
  }
}

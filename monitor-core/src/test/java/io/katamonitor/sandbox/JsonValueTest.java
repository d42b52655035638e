package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonValueTest {
  @Test
  void onlyAStringThatIsNotEmptyHasText() {
    assertThat(JsonValue.textOf(new JsonValue(JsonValue.Kind.STRING, " x"))).isEqualTo(" x");
    assertThat(JsonValue.textOf(new JsonValue(JsonValue.Kind.STRING, ""))).isNull();
    assertThat(JsonValue.textOf(new JsonValue(JsonValue.Kind.LITERAL, "null"))).isNull();
    assertThat(JsonValue.textOf(JsonValue.OBJECT_OR_ARRAY)).isNull();
    assertThat(JsonValue.textOf(null)).isNull();
  }

  @Test
  void onlyTheLiteralTrueIsTrue() {
    assertThat(JsonValue.isTrue(new JsonValue(JsonValue.Kind.LITERAL, "true"))).isTrue();
    assertThat(JsonValue.isTrue(new JsonValue(JsonValue.Kind.LITERAL, "false"))).isFalse();
    assertThat(JsonValue.isTrue(new JsonValue(JsonValue.Kind.STRING, "true"))).isFalse();
    assertThat(JsonValue.isTrue(null)).isFalse();
  }
}

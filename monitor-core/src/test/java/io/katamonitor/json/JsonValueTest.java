package io.katamonitor.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
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

  @Test
  void onlyAFiniteNumberIsOne() {
    assertThat(number("-1.5e3")).hasValue(-1500);
    assertThat(number("0")).hasValue(0);
    assertThat(number("1.2.3")).isEmpty();
    assertThat(number("1e999")).isEmpty();
    assertThat(number("true")).isEmpty();
    assertThat(JsonValue.numberOf(new JsonValue(JsonValue.Kind.STRING, "1"))).isEmpty();
    assertThat(JsonValue.numberOf(null)).isEmpty();
  }

  private static OptionalDouble number(String literal) {
    return JsonValue.numberOf(new JsonValue(JsonValue.Kind.LITERAL, literal));
  }
}

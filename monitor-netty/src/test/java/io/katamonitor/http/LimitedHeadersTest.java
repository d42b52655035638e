package io.katamonitor.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

class LimitedHeadersTest {
  @Test
  void hundredFieldsAreAcceptedAndOneMoreIsNot() {
    var headers = LimitedHeaders.FACTORY.newHeaders();
    for (int i = 0; i < LimitedHeaders.MAX_FIELDS; i++) {
      headers.add(new AsciiString("a"), "b");
    }
    assertThat(headers.getAll("a")).hasSize(100);
    assertThatThrownBy(() -> headers.add(new AsciiString("a"), "b"))
        .isInstanceOf(LimitedHeaders.TooManyFieldsException.class);
    assertThatThrownBy(() -> headers.add("a", "b"))
        .isInstanceOf(LimitedHeaders.TooManyFieldsException.class);
    assertThat(headers.size()).isEqualTo(100);
  }

  @Test
  void namesAndValuesAreValidated() {
    var headers = LimitedHeaders.FACTORY.newEmptyHeaders();
    assertThatThrownBy(() -> headers.add("a b", "c")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> headers.add("a", "b\r\nc"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

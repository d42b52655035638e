package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResponseHeadersTest {
  @Test
  void everyResponseHasADateAndNosniffAndTheConfiguredFields() {
    var headers = ResponseHeaders.start(Map.of("X-Frame-Options", "deny"));
    assertThat(headers.get("Date")).endsWith(" GMT");
    assertThat(headers.get("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(headers.get("X-Frame-Options")).isEqualTo("deny");
  }

  /** A page has a security policy of its own; with two of them a browser obeys both. */
  @Test
  void fieldOfTheResponseReplacesTheConfiguredOne() {
    var headers = ResponseHeaders.start(Map.of("Content-Security-Policy", "a", "Vary", "b"));
    ResponseHeaders.addAll(headers, Map.of("content-security-policy", "c"));
    ResponseHeaders.addAll(
        headers,
        DefaultHttpHeadersFactory.headersFactory().newHeaders().add("vary", "d").add("vary", "e"));
    assertThat(headers.getAll("Content-Security-Policy")).containsExactly("c");
    assertThat(headers.getAll("Vary")).containsExactly("d", "e");
  }

  @Test
  void invalidFieldsAreDropped() {
    var headers = ResponseHeaders.start(Map.of());
    ResponseHeaders.addAll(headers, Map.of("A", "b\r\nC: d", "E F", "g", "H", "i"));
    ResponseHeaders.addAll(
        headers,
        DefaultHttpHeadersFactory.headersFactory()
            .withValidation(false)
            .newHeaders()
            .add("J", "k\nL: m"));
    assertThat(headers.contains("A")).isFalse();
    assertThat(headers.contains("E F")).isFalse();
    assertThat(headers.contains("J")).isFalse();
    assertThat(headers.get("H")).isEqualTo("i");
  }
}

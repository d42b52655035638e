package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostHeaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "node-1.example:8090",
        "127.0.0.1",
        "127.0.0.1:",
        "[::1]",
        "[fe80::1]:8090",
        "a%20b",
        "x:65535",
        "under_score~!$&'()*+,;="
      })
  void namesAndAddressesAreValid(String host) {
    assertThat(HostHeader.isValid(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a/b",
        "a?b",
        "a#b",
        "user@x",
        "<script>",
        "\"x\"",
        "x:65536",
        "x:1234567",
        "x:y",
        "x:1:2",
        ":80",
        "[",
        "[]",
        "[:",
        "[::1",
        "[::1]x",
        "[g::1]",
        "[x]",
        "a%2",
        "a%zz",
        "\u00e9",
        "a\\b"
      })
  void otherHostsAreInvalid(String host) {
    assertThat(HostHeader.isValid(host)).isFalse();
  }
}

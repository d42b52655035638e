package io.katamonitor.config;

import static io.katamonitor.config.ParsedArguments.rejected;
import static io.katamonitor.config.ParsedArguments.run;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8090, 127.0.0.1:8090",
    ":0, :0",
    "[::1]:80, [::1]:80",
    "[fe80::1%eth0]:80, [fe80::1%eth0]:80",
    "localhost:8090, localhost:8090",
    "unix:/run/m.sock, unix:/run/m.sock",
    "unix:///run/m.sock, unix:/run/m.sock",
    "unix:m.sock, unix:m.sock"
  })
  void validListenAddressesAreAccepted(String text, String meant) {
    assertThat(ListenAddress.parse(text)).hasToString(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "foo",
        "8090",
        "foo:",
        ":99999",
        ":-1",
        ":+1",
        ":abc",
        ":http",
        "::1:80",
        "[]:80",
        "[1.2.3.4]:80",
        "a/b:80",
        "http://x:80",
        "unix:"
      })
  void invalidListenAddressesAreRejected(String text) {
    assertThat(rejected("-listen-address", text))
        .startsWith("invalid value \"" + text + "\" for flag -listen-address: expected ");
  }

  @Test
  void tooLongSocketPathIsRejected() {
    assertThat(run("-listen-address=unix:" + "x".repeat(107)).listenAddresses()).hasSize(1);
    assertThat(rejected("-listen-address=unix:" + "x".repeat(108)))
        .endsWith("107 bytes after unix:");
  }
}

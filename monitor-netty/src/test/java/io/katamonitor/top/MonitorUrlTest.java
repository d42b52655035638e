package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MonitorUrlTest {
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8090, false, 127.0.0.1, 8090, /sandboxes, 127.0.0.1:8090",
    "http://node, false, node, 80, /sandboxes, node:80",
    "HTTPS://node/, true, node, 443, /sandboxes, node:443",
    "https://[fd00::1]:1/kata/, true, fd00::1, 1, /kata/sandboxes, [fd00::1]:1",
    "http://node/a/b, false, node, 80, /a/b/sandboxes, node:80",
  })
  void addressesOverTcp(
      String text, boolean isTls, String host, int port, String target, String header)
      throws Exception {
    var url = MonitorUrl.parse(text);

    assertThat(url).isEqualTo(new MonitorUrl(text, isTls, null, host, port, target));
    assertThat(url.hostHeader()).isEqualTo(header);
  }

  @ParameterizedTest
  @CsvSource({"unix:/run/m.sock, /run/m.sock", "unix:///run/m.sock, /run/m.sock", "unix:m, m"})
  void unixSockets(String text, String path) throws Exception {
    var url = MonitorUrl.parse(text);

    assertThat(url.socket()).isEqualTo(path);
    assertThat(url.hostHeader()).isEqualTo("localhost");
    assertThat(url.target()).isEqualTo("/sandboxes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "node",
        "127.0.0.1:8090",
        "ftp://node",
        "unix:",
        "http://",
        "http://a b",
        "//x"
      })
  void otherTextsAreRejectedWithTheExpectedSyntax(String text) {
    assertThatExceptionOfType(BadOptionException.class)
        .isThrownBy(() -> MonitorUrl.parse(text))
        .withMessage(
            "invalid value \""
                + text
                + "\" for flag --url: expected http://HOST:PORT, https://HOST:PORT or unix:PATH");
  }

  @Test
  void usersAndQueriesAreRejectedInAUrl() {
    assertThatExceptionOfType(BadOptionException.class)
        .isThrownBy(() -> MonitorUrl.parse("http://me:secret@node"))
        .withMessageEndingWith("expected the user in --user");
    assertThatExceptionOfType(BadOptionException.class)
        .isThrownBy(() -> MonitorUrl.parse("http://node?x"))
        .withMessageEndingWith("without a query");
  }
}

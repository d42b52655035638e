package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerPreloadTest {
  @Test
  void eachKindOfResponseIsMadeOnce() {
    assertThat(ServerPreload.run())
        .containsSubsequence(
            "HTTP/1.1 404 ",
            "Date: ",
            "HTTP/1.1 200 ",
            "chunked",
            "content",
            "HTTP/1.1 500 ",
            "HTTP/1.1 405 ",
            "HTTP/1.1 400 ",
            "HTTP/1.1 501 ");
  }
}

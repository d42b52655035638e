package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.config.ListenAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link Listeners}: the addresses on which a server listens. */
class ListenersTest extends HttpServerTestCase {
  @Test
  void unixListenerLeavesASocketThatReplacedItsOwn(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("s");
    server.server().listen(new ListenAddress.Unix(socket.toString()));
    Files.delete(socket);
    try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket));
      server.server().stop(Duration.ZERO).sync();
      assertThat(socket).exists();
    }
  }

  @Test
  void unixListenerServesAndReplacesAStaleSocket(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("s");
    try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    server.server().listen(new ListenAddress.Unix(socket.toString()));
    assertThatThrownBy(() -> server.server().listen(new ListenAddress.Unix(socket.toString())))
        .hasMessageContaining("Address already in use");
    try (var client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      client.write(ByteBuffer.wrap("GET /hello HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
      var response = ByteBuffer.allocate(4_096);
      while (client.read(response) >= 0) {}
      assertThat(new String(response.array(), 0, response.position(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\nhello\n");
    }
    server.server().stop(Duration.ZERO).sync();
    assertThat(Files.exists(socket)).isFalse();
  }

  @Test
  void listenerWithAFullBacklogIsReportedInASentence(@TempDir Path directory) throws Exception {
    var socket = UnixDomainSocketAddress.of(directory.resolve("s"));
    try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        var first = SocketChannel.open(StandardProtocolFamily.UNIX);
        var second = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(socket, 1); // The kernel lets one more wait.
      first.connect(socket);
      second.connect(socket);
      assertThatThrownBy(
              () -> server.server().listen(new ListenAddress.Unix(socket.getPath().toString())))
          .hasMessage("cannot listen on unix:" + socket + ": Resource temporarily unavailable");
    }
  }

  @Test
  void addressInUseIsReportedInASentence() {
    assertThatThrownBy(
            () -> server.server().listen(new ListenAddress.Tcp("127.0.0.1", server.port())))
        .hasMessageContaining("cannot listen on")
        .hasMessageContaining("Address already in use");
  }

  @Test
  void emptyHostListensOnEveryInterfaceOfBothFamilies() throws Exception {
    var bound = (InetSocketAddress) server.server().listen(new ListenAddress.Tcp("", 0));
    for (var address : List.of("127.0.0.1", "::1")) {
      try (var client = new Socket(address, bound.getPort())) {
        assertThat(client.isConnected()).isTrue();
      }
    }
    assertThatThrownBy(() -> server.server().listen(new ListenAddress.Tcp("nowhere.invalid", 0)))
        .hasMessage("cannot listen on nowhere.invalid:0: no such host");
  }
}

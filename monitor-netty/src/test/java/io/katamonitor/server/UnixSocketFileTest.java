package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketFileTest {
  @TempDir private Path directory;

  private ServerSocketChannel bind(Path path) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path));
  }

  @Test
  void ownFileIsRemoved() throws Exception {
    var path = directory.resolve("s");
    try (var socket = bind(path)) {
      UnixSocketFile.of(path).remove();
      assertThat(path).doesNotExist();
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @Test
  void fileThatTookItsPlaceIsLeft() throws Exception {
    var path = directory.resolve("s");
    try (var first = bind(path)) {
      var file = UnixSocketFile.of(path);
      Files.delete(path);
      file.remove(); // Nothing is there.
      try (var second = bind(path)) {
        file.remove();
        assertThat(path).exists();
        assertThat(second.isOpen()).isTrue();
      }
      assertThat(first.isOpen()).isTrue();
    }
  }

  @Test
  void onlyASocketWithoutAListenerIsStale() throws Exception {
    var path = directory.resolve("s");
    UnixSocketFile.removeStale(path); // There is none.
    try (var socket = bind(path)) {
      assertThatThrownBy(() -> UnixSocketFile.removeStale(path))
          .hasMessageEndingWith("Address already in use");
      assertThat(socket.isOpen()).isTrue();
    }
    UnixSocketFile.removeStale(path);
    assertThat(path).doesNotExist();
    Files.createFile(path);
    assertThatThrownBy(() -> UnixSocketFile.removeStale(path)).hasMessageContaining("another kind");
  }
}

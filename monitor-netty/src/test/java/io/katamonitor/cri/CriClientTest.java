package io.katamonitor.cri;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.PodMetadataSource;
import io.katamonitor.sandbox.SandboxId;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reasons that the log gives when the runtime cannot be requested: the kernel's words, once.
 */
class CriClientTest {
  @TempDir Path folder;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private @Nullable String reason(Path socket) throws InterruptedException {
    var reasons = new LinkedBlockingQueue<String>();
    var loop = group.next();
    var client = new CriClient(socket, loop, new MemoryAccount("cri", 16 << 20));
    loop.execute(() ->
        client.request(
            Set.of(),
            new PodMetadataSource.Callback() {
              @Override
              public void pods(Map<SandboxId, Pod> known) {
                reasons.add("none");
              }

              @Override
              public void tooMany() {
                reasons.add("none");
              }

              @Override
              public void failed(String reason) {
                reasons.add(reason);
              }
            }));
    var reason = reasons.poll(30, TimeUnit.SECONDS);
    loop.submit(client::close).syncUninterruptibly();
    return reason;
  }

  /** Leaves a socket file behind that nobody listens on. */
  private Path deadSocket() throws IOException {
    var socket = folder.resolve("dead.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
    }
    return socket;
  }

  @Test
  void socketWithoutAListenerRefusesTheConnection() throws Exception {
    assertThat(reason(deadSocket())).isEqualTo("Connection refused");
    assertThat(reason(Files.writeString(folder.resolve("file"), "x")))
        .isEqualTo("Connection refused");
  }

  @Test
  void tooLongPathIsReported() throws Exception {
    var socket = Files.writeString(folder.resolve("x".repeat(120)), "x");
    assertThat(reason(socket)).isEqualTo("File name too long");
  }

  @Test
  void errorOfAServerThatIsNoRuntimeIsThatOfGrpc() throws Exception {
    var socket = folder.resolve("other.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      var accepting =
          Thread.startVirtualThread(() -> {
            try (var connection = server.accept()) {
              connection.write(
                  ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII)));
              while (connection.read(ByteBuffer.allocate(1024)) >= 0) {} // It closes when it knows.
            } catch (IOException closed) {
              Thread.currentThread().interrupt();
            }
          });
      assertThat(reason(socket)).contains("First received frame was not SETTINGS");
      accepting.join();
    }
  }

  @Test
  void missingSocketIsReported() throws Exception {
    assertThat(reason(folder.resolve("none"))).isEqualTo("no such socket");
  }
}

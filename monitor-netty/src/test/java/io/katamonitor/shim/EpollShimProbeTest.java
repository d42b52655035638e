package io.katamonitor.shim;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.katamonitor.scrape.ShimProbe;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of connections to a shim's socket, over real sockets. */
class EpollShimProbeTest {
  @TempDir private Path root;
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final BlockingQueue<String> results = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Path directory(String id) throws IOException {
    return Files.createDirectories(root.resolve(id));
  }

  private ServerSocketChannel listen(Path socket) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket));
  }

  private String probe(String id) throws Exception {
    var sandbox =
        new Sandbox(new SandboxId(id), ShimRuntime.GO, root.resolve(id), null, Pod.UNKNOWN);
    loop.submit(
            () -> {
              new EpollShimProbe(loop)
                  .probe(
                      sandbox,
                      new ShimProbe.Callback() {
                        @Override
                        public void reached() {
                          results.add("reached");
                        }

                        @Override
                        public void failed(ConnectFailure failure, String detail) {
                          results.add(failure + " " + detail);
                        }
                      });
              assertThat(results).as("no result comes from within the call").isEmpty();
            })
        .get(30, TimeUnit.SECONDS);
    return String.valueOf(results.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void listeningShimIsReachedAndSentNothing() throws Exception {
    try (var shim = listen(directory("a1").resolve(Sandbox.SOCKET_NAME))) {
      assertThat(probe("a1")).isEqualTo("reached");
      try (var connection = shim.accept()) {
        assertThat(connection.read(ByteBuffer.allocate(1))).as("end of input").isEqualTo(-1);
      }
    }
  }

  @Test
  void socketWithoutListenerAndNoSocketAreRefused() throws Exception {
    listen(directory("a1").resolve(Sandbox.SOCKET_NAME)).close();
    assertThat(probe("a1")).isEqualTo("REFUSED Connection refused");

    directory("b2");
    assertThat(probe("b2")).isEqualTo("REFUSED No such file or directory");
  }

  @Test
  void anotherSandboxesSocketBehindALinkIsRefused() throws Exception {
    var others = directory("b2").resolve(Sandbox.SOCKET_NAME);
    try (var shim = listen(others)) {
      Files.createSymbolicLink(directory("a1").resolve(Sandbox.SOCKET_NAME), others);

      assertThat(probe("a1")).startsWith("REFUSED ").contains("b2/" + Sandbox.SOCKET_NAME);
      assertThat(shim.isOpen()).isTrue();
    }
  }
}

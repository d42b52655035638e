package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.server.RawClient;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A socket or its directory is replaced by a link during scrapes: no byte is sent elsewhere. */
@Timeout(60)
class LinkSwapTest {
  private static final int SWAPS = 200;

  @TempDir private Path folder;
  private final AtomicInteger strayBytes = new AtomicInteger();
  private final AtomicInteger strayConnections = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Another sandbox's, the runtime's, a server's: counts what arrives. */
  private ServerSocketChannel listen(Path socket) throws IOException {
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().start(() -> accept(listener));
    return listener;
  }

  private void accept(ServerSocketChannel listener) {
    try {
      while (true) {
        try (var peer = listener.accept()) {
          strayConnections.incrementAndGet();
          for (int count = 0; count >= 0; count = peer.read(ByteBuffer.allocate(512))) {
            strayBytes.addAndGet(count);
          }
        }
      }
    } catch (IOException end) {
      // The test is over.
    }
  }

  @Test
  void noByteIsSentToAnotherSocket() throws Exception {
    var other = Files.createDirectories(folder.resolve("other/b2"));
    try (var node = SimulatedNode.start();
        var otherShim = listen(other.resolve("shim-monitor.sock"));
        var runtime = listen(folder.resolve("containerd.sock"));
        var server = listen(folder.resolve("server.sock"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(otherShim.isOpen() && runtime.isOpen() && server.isOpen()).isTrue();
      var sandbox = node.addSandbox();
      try (var daemon = SimulatedNodes.watch(node)) {
        var scrapes = threads.submit(() -> scrape(daemon.port()));
        for (int i = 0; i < SWAPS; i++) {
          if (i % 4 == 3) {
            swap(sandbox.directory(), other, () -> request(daemon.port(), sandbox.id()));
          } else {
            var target =
                switch (i % 4) {
                  case 0 -> other.resolve("shim-monitor.sock");
                  case 1 -> folder.resolve("containerd.sock");
                  default -> folder.resolve("server.sock");
                };
            swap(sandbox.socket(), target, () -> request(daemon.port(), sandbox.id()));
          }
        }
        over.set(true);
        assertThat(scrapes.get()).isPositive();
        assertThat(strayBytes).hasValue(0);
        assertThat(strayConnections.get()).isPositive(); // Connects of proxied requests reach some.
        Await.until(
            "the sandbox is served again",
            Duration.ofSeconds(10),
            () -> code(daemon.port(), "/agent-url?sandbox=" + sandbox.id()) == 200);
        assertThat(node.root(Layout.GO)).exists();
      }
    }
  }

  /** Puts a link in the place of a file while requests are made, and the file back. */
  private static void swap(Path file, Path target, Runnable requests) throws IOException {
    var aside = file.resolveSibling("." + file.getFileName());
    Files.move(file, aside);
    Files.createSymbolicLink(file, target);
    requests.run();
    Files.delete(file);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void request(int port, String id) {
    assertThat(code(port, "/agent-url?sandbox=" + id)).isGreaterThanOrEqualTo(400);
    code(port, "/metrics?sandbox=" + id); // May share a request that was sent before the swap.
  }

  private static int code(int port, String path) {
    try (var client = new RawClient(port)) {
      return client.get(path).reply().code();
    } catch (IOException e) {
      throw new AssertionError(path, e);
    }
  }

  private int scrape(int port) throws IOException {
    int count = 0;
    try (var client = new RawClient(port)) {
      while (!over.get()) {
        assertThat(client.get("/metrics").reply().code()).isEqualTo(200);
        count++;
      }
    }
    return count;
  }
}

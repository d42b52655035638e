package io.katamonitor.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A Go shim on a socket of the JDK, which counts how many requests are open at a time: from the end
 * of the head until just before the last byte of the response, even if the client disconnects. Each
 * takes some milliseconds.
 */
final class CountingShim implements AutoCloseable {
  static final int SAMPLES = 20;

  private static final long TAKES_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private final ServerSocketChannel server;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger maxOpen = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  /**
   * @param root the storage root in which its directory is made
   */
  CountingShim(Path root, String id) throws IOException {
    var directory = Files.createDirectory(root.resolve(id));
    Files.writeString(directory.resolve("persist.json"), "{}");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(directory.resolve("shim-monitor.sock")));
    Thread.ofVirtual().start(this::accept);
  }

  /** Number of requests received. */
  int requests() {
    return requests.get();
  }

  /** Number of open requests. */
  int open() {
    return open.get();
  }

  /** Maximum number of requests that were open at the same time. */
  int maxOpen() {
    return maxOpen.get();
  }

  private void accept() {
    try {
      while (true) {
        var connection = server.accept();
        Thread.ofVirtual().start(() -> respond(connection));
      }
    } catch (ClosedChannelException e) {
      // The end of the test.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void respond(SocketChannel connection) {
    boolean isOpen = false;
    try (connection) {
      var head = new StringBuilder();
      var buffer = ByteBuffer.allocate(4096);
      while (head.indexOf("\r\n\r\n") < 0) {
        if (connection.read(buffer) < 0) {
          return;
        }
        head.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
        buffer.clear();
      }
      requests.incrementAndGet();
      isOpen = true;
      maxOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
      var response = response();
      write(connection, response.limit(response.capacity() / 2));
      LockSupport.parkNanos(TAKES_NANOS);
      write(connection, response.limit(response.capacity() - 1));
      open.decrementAndGet();
      isOpen = false;
      write(connection, response.limit(response.capacity()));
    } catch (IOException e) {
      // The monitor has closed it: the goroutine of a real shim would still write.
      if (isOpen) {
        LockSupport.parkNanos(TAKES_NANOS);
        open.decrementAndGet();
      }
    }
  }

  private static void write(SocketChannel connection, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
  }

  private static ByteBuffer response() {
    var body = new StringBuilder("# TYPE kata_counted gauge\n");
    for (int i = 0; i < SAMPLES; i++) {
      body.append("kata_counted{i=\"").append(i).append("\"} 1\n");
    }
    var text = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

package io.katamonitor.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One response to one GET, read at full speed.
 *
 * @param bytes of the response, framing included
 */
record Scrape(long bytes, long nanosToFirstByte, long nanos) {
  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(1 << 20));

  static Scrape get(int port, String path, Format format) throws IOException {
    long began = System.nanoTime();
    long first = 0;
    long bytes = 0;
    var buffer = BUFFER.get();
    try (var channel = open(port, path, format)) {
      buffer.clear();
      for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer)) {
        if (first == 0) {
          first = System.nanoTime();
          requireSuccess(buffer);
        }
        bytes += read;
        buffer.clear();
      }
    }
    if (bytes == 0) {
      throw new IOException("the response is empty");
    }
    return new Scrape(bytes, first - began, System.nanoTime() - began);
  }

  /** Fails for a rejected request, which is cheap and must not count as a measurement. */
  private static void requireSuccess(ByteBuffer head) throws IOException {
    if (head.position() < 12 || head.get(9) != '2') {
      throw new IOException("the response is not 200");
    }
  }

  /** The raw response including the head, over HTTP/1.0 and so without chunks. */
  static byte[] bytes(int port, String path) throws IOException {
    var all = new ByteArrayOutputStream();
    try (var channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      var request = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      var buffer = ByteBuffer.allocate(1 << 20);
      while (channel.read(buffer) >= 0) {
        all.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
    }
    return all.toByteArray();
  }

  /** Sends a request; the caller may read the response or leave it unread. */
  static SocketChannel open(int port, String path, Format format) throws IOException {
    var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    var request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + format.headers()
            + "\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    return channel;
  }
}

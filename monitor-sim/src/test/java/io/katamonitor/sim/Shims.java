package io.katamonitor.sim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Sends a request to a shim by the JDK's blocking sockets, and reads until the shim closes. */
final class Shims {
  private Shims() {}

  static byte[] request(SimulatedSandbox sandbox, String request) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(sandbox.socket()));
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return readAll(channel);
    }
  }

  static String get(SimulatedSandbox sandbox, String path) throws IOException {
    var request = "GET " + path + " HTTP/1.1\r\nHost: shim\r\nConnection: close\r\n\r\n";
    return new String(request(sandbox, request), StandardCharsets.UTF_8);
  }

  private static byte[] readAll(SocketChannel channel) throws IOException {
    var all = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocate(64 * 1024);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return all.toByteArray();
  }

  static String head(String response) {
    return response.substring(0, response.indexOf("\r\n\r\n") + 2);
  }

  static String body(String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  /** Splits ASCII text into its chunks. */
  static String unchunked(String body) {
    var text = new StringBuilder();
    int position = 0;
    while (true) {
      int line = body.indexOf("\r\n", position);
      int size = Integer.parseInt(body.substring(position, line), 16);
      if (size == 0) {
        return text.toString();
      }
      text.append(body, line + 2, line + 2 + size);
      position = line + 2 + size + 2;
    }
  }
}

package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import javax.net.ssl.SSLServerSocket;

/** Sends the same bytes on each TLS connection. */
final class TlsServer implements AutoCloseable {
  private final SSLServerSocket socket;

  private TlsServer(SSLServerSocket socket) {
    this.socket = socket;
  }

  /**
   * Starts it on all addresses.
   *
   * @param folder with {@code server.crt} and {@code server.key}
   */
  static TlsServer start(Path folder, String response) throws IOException {
    var context =
        (JdkSslContext)
            SslContextBuilder.forServer(
                    folder.resolve("server-chain.crt").toFile(),
                    folder.resolve("server.key").toFile())
                .sslProvider(SslProvider.JDK)
                .build();
    var socket =
        (SSLServerSocket)
            context
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getByName("0.0.0.0"));
    var server = new TlsServer(socket);
    var thread = new Thread(() -> server.serve(response), "tls-server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  private void serve(String response) {
    while (!socket.isClosed()) {
      try (var client = socket.accept()) {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          int c = client.getInputStream().read();
          if (c < 0) {
            throw new IOException("the client left");
          }
          head.append((char) c);
        }
        client.getOutputStream().write(response.getBytes(UTF_8));
      } catch (IOException refused) {
        // A client that does not trust the certificate, or the test's end.
      }
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

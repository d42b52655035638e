package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.tls.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorClientTest {
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

  /** Sends the same bytes on each connection, and records the requests' heads. */
  private static final class Server implements AutoCloseable {
    final ServerSocket socket;
    final LinkedBlockingQueue<String> heads = new LinkedBlockingQueue<>();

    Server(String response) throws IOException {
      socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
      var thread = new Thread(() -> serve(response.getBytes(UTF_8)), "server");
      thread.setDaemon(true);
      thread.start();
    }

    private void serve(byte[] response) {
      while (!socket.isClosed()) {
        try (var client = socket.accept()) {
          heads.add(head(client.getInputStream().readNBytes(16), client.getInputStream()));
          client.getOutputStream().write(response);
        } catch (IOException closed) {
          // The test has ended, or its client has disconnected.
        }
      }
    }

    private static String head(byte[] start, java.io.InputStream more) throws IOException {
      var head = new StringBuilder(new String(start, US_ASCII));
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) more.read());
      }
      return head.toString();
    }

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static String fetch(String... flags) throws Exception {
    var options =
        TopOptions.parse(List.of(flags), Map.of(TopOptions.PASSWORD_VARIABLE, "p\u00e4ss"));
    try (var client = new MonitorClient(options)) {
      return new String(client.fetch().get(), UTF_8);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(MonitorException.class);
      return "FAILED " + requireNonNull(e.getCause()).getMessage();
    }
  }

  private static String outcomeOf(String response) throws Exception {
    try (var server = new Server(response)) {
      return fetch("--url=" + server.url());
    }
  }

  @Test
  void requestsJsonBelowThePathOfTheUrl() throws Exception {
    try (var server = new Server(OK)) {
      assertThat(fetch("--url=" + server.url() + "/kata/")).isEqualTo("{}");

      assertThat(server.heads.take().lines())
          .startsWith("GET /kata/sandboxes HTTP/1.1")
          .contains(
              "host: 127.0.0.1:" + server.socket.getLocalPort(),
              "accept: application/json",
              "connection: close")
          .noneMatch(line -> line.startsWith("authorization"));
    }
  }

  @Test
  void authenticatesWithUserAndPassword() throws Exception {
    try (var server = new Server(OK)) {
      assertThat(fetch("--user=me", "--url=" + server.url())).isEqualTo("{}");

      assertThat(server.heads.take()).contains("authorization: Basic bWU6cMOkc3M=\r\n");
    }
  }

  @Test
  void bodiesInChunksOrUpToTheEndAreWhole() throws Exception {
    var head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    assertThat(outcomeOf(head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"))
        .isEqualTo("{}");
    assertThat(outcomeOf(head + "\r\n{}")).isEqualTo("{}");
  }

  @Test
  void otherResponsesAreReported() throws Exception {
    assertThat(outcomeOf("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"))
        .isEqualTo("FAILED it wants a user and a password (401): see --user and --password-file");
    assertThat(outcomeOf("HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nBusy now\n"))
        .isEqualTo("FAILED its response was 503: Busy now");
    assertThat(outcomeOf("HTTP/1.1 302 No\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"))
        .isEqualTo("FAILED its response was 302");
    assertThat(outcomeOf("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nid\n"))
        .isEqualTo(
            "FAILED its response was text/plain where JSON was expected: is it a kata-monitor of this"
                + " version?");
    assertThat(outcomeOf("SSH-2.0-OpenSSH\r\n\r\n")).isEqualTo("FAILED its response is not HTTP");
    assertThat(outcomeOf("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"))
        .isEqualTo("FAILED it closed the connection before its response was complete");
  }

  @Test
  void bodiesHaveALimit() throws Exception {
    var head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
    var largest = "x".repeat(MonitorClient.MAX_BYTES);

    assertThat(outcomeOf(head + largest)).hasSize(MonitorClient.MAX_BYTES);
    assertThat(outcomeOf(head + largest + "x"))
        .isEqualTo("FAILED its response is larger than 4.0Mi");
  }

  @Test
  void unreachableMonitorIsReported(@TempDir Path folder) throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThat(fetch("--url=http://127.0.0.1:" + port)).isEqualTo("FAILED connection refused");
    assertThat(fetch("--url=unix:" + folder.resolve("none"))).isEqualTo("FAILED no such file");
    assertThat(fetch("--url=http://no-such-host.invalid"))
        .isEqualTo("FAILED the host's name is unknown");
  }

  @Test
  void unixSocketsAreSupported() throws Exception {
    var folder = Files.createTempDirectory(Path.of("/tmp"), "top");
    var path = folder.resolve("s");
    try (var listening = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(path));
      var thread =
          new Thread(() -> {
            try (var client = listening.accept()) {
              var _ = client.read(ByteBuffer.allocate(4096));
              var _ = client.write(ByteBuffer.wrap(OK.getBytes(UTF_8)));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      thread.start();

      assertThat(fetch("--url=unix:" + path)).isEqualTo("{}");
      thread.join();
    } finally {
      Files.deleteIfExists(path);
      Files.delete(folder);
    }
  }

  @Test
  void plainServerOnAnHttpsUrlIsReported() throws Exception {
    try (var server = new Server(OK)) {
      assertThat(fetch("--insecure", "--url=" + server.url().replace("http:", "https:")))
          .startsWith("FAILED ");
    }
  }

  @Test
  void caFileMustContainCertificates(@TempDir Path folder) throws Exception {
    var empty = Files.createFile(folder.resolve("ca.pem"));
    for (var file : List.of(empty, folder.resolve("none"))) {
      var options =
          TopOptions.parse(List.of("--url=https://127.0.0.1", "--ca-file=" + file), Map.of());
      org.assertj.core.api.Assertions.assertThatExceptionOfType(BadOptionException.class)
          .isThrownBy(() -> new MonitorClient(options))
          .withMessageStartingWith("cannot read --ca-file " + file + ": ");
    }
  }

  @Test
  void certificatesAreCheckedUnlessInsecure(@TempDir Path folder) throws Exception {
    TestCertificates.copyTo(folder);
    try (var server = TlsServer.start(folder, OK)) {
      var url = "--url=https://localhost:" + server.port();
      assertThat(fetch(url, "--ca-file=" + folder.resolve("ca.crt"))).isEqualTo("{}");
      assertThat(fetch(url, "--insecure")).isEqualTo("{}");
      assertThat(fetch(url, "--ca-file=" + folder.resolve("other-ca.crt")))
          .startsWith("FAILED TLS failed: ");
      assertThat(fetch(url)).startsWith("FAILED TLS failed: ");
      // The certificate is for localhost and 127.0.0.1.
      assertThat(
              fetch(
                  "--url=https://127.0.0.2:" + server.port(),
                  "--ca-file=" + folder.resolve("ca.crt")))
          .startsWith("FAILED TLS failed: ");
    }
  }
}

package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.katamonitor.MonitorProcess;
import io.katamonitor.server.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS clients without a login, at the limits of what they may send, with the image's heap. */
@Timeout(60)
@Tag("system")
class BadTlsClientsTest {
  private final List<Socket> clients = new ArrayList<>();
  @TempDir private Path folder;
  private MonitorProcess monitor;
  private SSLContext tls;
  private int port;

  @BeforeEach
  void start() throws Exception {
    TestCertificates.copyTo(folder);
    tls = TestCertificates.trusting(folder.resolve("ca.crt"));
    var config = folder.resolve("web.yml");
    Files.writeString(
        config,
        """
        tls_server_config:
          cert_file: server.crt
          key_file: server.key
        basic_auth_users:
          prometheus: %s
        """
            .formatted(BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, "pw".toCharArray())));
    monitor =
        MonitorProcess.start(
            folder,
            "-listen-address=127.0.0.1:0",
            "-sandboxes-path=" + folder.resolve("none"),
            "-web-config-file=" + config);
    port = monitor.awaitPort();
  }

  @AfterEach
  void stop() throws IOException {
    for (var client : clients) {
      client.close();
    }
    monitor.close();
  }

  private Socket open() throws IOException {
    var socket = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    clients.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private String response(String head) throws IOException {
    var client = open();
    send(client, head);
    return new String(client.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
  }

  private void assertThatItServes() throws IOException {
    // prometheus:pw
    String login = "Authorization: Basic cHJvbWV0aGV1czpwdw==";
    assertThat(response("GET /healthz HTTP/1.1\r\nHost: x\r\n" + login + "\r\n\r\n"))
        .isEqualTo("HTTP/1.1 200");
    assertThat(monitor.err()).doesNotContain("OutOfMemoryError");
  }

  @Test
  void headsOf2000FieldsBeforeTheLoginTakeNoMemory() throws Exception {
    for (int i = 0; i < 500; i++) {
      try {
        send(open(), "GET /metrics HTTP/1.1\r\nHost: x\r\n" + "a:\r\n".repeat(2_000));
      } catch (SSLException | SocketException rejected) {
        // The response arrived before everything was sent.
      }
    }
    assertThatItServes();
  }

  /** In a process of its own: the JDK reads once what TlsContext sets. */
  @ParameterizedTest
  @ValueSource(strings = {"kata_monitor", "localhost.", "-"})
  void clientMayCallItByANameThatIsNoneOfDns(String name) throws Exception {
    var client =
        Shell.run(
            folder,
            "echo | openssl s_client -CAfile ca.crt -connect 127.0.0.1:%d -servername %s 2>&1"
                .formatted(port, name));
    assertThat(client.output()).contains("Cipher is TLS_");
  }

  @Test
  void stalledHandshakesBlockNoOtherClient() throws Exception {
    for (int i = 0; i < 700; i++) {
      var silent = new RawClient(port, 16 * 1024);
      clients.add(silent.socket());
      silent.send(new byte[] {0x16, 3, 1});
    }
    assertThatItServes();
  }

  @Test
  void plainRequestToTheTlsPortGetsA400() throws Exception {
    try (var client = new RawClient(port)) {
      var reply = client.get("/metrics").reply();
      assertThat(reply.code()).isEqualTo(400);
      assertThat(reply.text()).contains("HTTPS");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}

package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Response;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.katamonitor.server.ServerLimits;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More clients than there are places start handshakes all the time; an honest one gets in. */
@Tag("system")
class HandshakeFloodTest {
  private static final int ATTACKERS = 100;
  private static final int ATTEMPTS = 10;

  /** Takes less than a second even on a busy machine. */
  private static final int PATIENCE_MILLIS = 10_000;

  /** Bytes that an attacker sends before it waits for the end of its connection. */
  enum Attack {
    NOTHING,
    HALF_A_HELLO,
    HELLO,
    /** Sends a hello and disconnects at once. */
    HELLO_AND_LEAVE
  }

  @TempDir private Path folder;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger attacks = new AtomicInteger();

  @ParameterizedTest
  @EnumSource(Attack.class)
  void honestClientIsServedDuringAFlood(Attack attack) throws Exception {
    TestCertificates.copyTo(folder);
    var config = folder.resolve("web.yml");
    Files.writeString(
        config, "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n");
    var tls = TestCertificates.trusting(folder.resolve("ca.crt"));
    byte[] hello = hello(tls);
    var router =
        new Router().add("/", "index", it -> it.respond(Response.text(HttpResponseStatus.OK, "x")));
    try (var server =
            new RunningServer(
                router, ServerLimits.DEFAULT, RequestObserver.NONE, ConfiguredSecurity.of(config));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < ATTACKERS; i++) {
        threads.submit(() -> attack(attack, hello, server.port()));
      }
      try {
        Await.until("all attack", () -> attacks.get() >= ATTACKERS);
        for (int i = 0; i < ATTEMPTS; i++) {
          assertThat(get(tls, server.port())).as("attempt %d", i).isEqualTo("HTTP/1.1 200");
        }
      } finally {
        over.set(true);
      }
    }
  }

  private static String get(SSLContext tls, int port) throws IOException {
    try (var client = tls.getSocketFactory().createSocket()) {
      client.setSoTimeout(PATIENCE_MILLIS);
      client.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      client
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
  }

  private void attack(Attack attack, byte[] hello, int port) {
    while (!over.get()) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(20_000);
        switch (attack) {
          case NOTHING -> {}
          case HALF_A_HELLO ->
              socket.getOutputStream().write(Arrays.copyOf(hello, hello.length / 2));
          case HELLO, HELLO_AND_LEAVE -> socket.getOutputStream().write(hello);
        }
        attacks.incrementAndGet();
        if (attack != Attack.HELLO_AND_LEAVE) {
          socket.getInputStream().readAllBytes();
        }
      } catch (IOException closed) {
        // It was closed for another one, and connects again.
      }
    }
  }

  private static byte[] hello(SSLContext tls) throws SSLException {
    var engine = tls.createSSLEngine();
    engine.setUseClientMode(true);
    engine.beginHandshake();
    var bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), bytes);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}

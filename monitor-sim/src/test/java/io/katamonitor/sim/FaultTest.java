package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.guard.Await;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultTest {
  private static final String GET =
      "GET /metrics HTTP/1.1\r\nHost: shim\r\nConnection: close\r\n\r\n";
  private final SimulatedNode node = SimulatedNode.start();
  private final SimulatedSandbox sandbox = node.addSandbox();
  private final SimulatedSandbox other = node.addSandbox();

  @AfterEach
  void close() {
    node.close();
  }

  private SocketChannel connectAndRequest() throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(sandbox.socket()));
    channel.write(ByteBuffer.wrap(GET.getBytes(StandardCharsets.US_ASCII)));
    return channel;
  }

  /** The bytes that can be read once the shim could have responded. */
  private String responseNow(Fault fault) throws Exception {
    sandbox.fault(fault);
    try (var channel = connectAndRequest()) {
      // The node has one loop: it has read this request before those that it responds to now.
      for (int i = 0; i < 3; i++) {
        assertThat(Shims.get(other, "/metrics")).startsWith("HTTP/1.1 200");
      }
      channel.configureBlocking(false);
      var read = ByteBuffer.allocate(200_000);
      channel.read(read);
      return new String(read.array(), 0, read.position(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void hungAndNeverAcceptingShimsSendNothing() throws Exception {
    assertThat(responseNow(new Fault.Hang())).isEmpty();
    assertThat(sandbox.requests()).isOne();
    assertThat(responseNow(new Fault.NeverAccept())).isEmpty();
    assertThat(sandbox.requests()).isOne();
    sandbox.fault(Fault.NONE);
    assertThat(Shims.get(sandbox, "/metrics")).startsWith("HTTP/1.1 200");
  }

  @Test
  void fullBacklogTakesNoConnection() throws Exception {
    sandbox.fault(new Fault.FullBacklog());
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      assertThatThrownBy(() -> channel.connect(UnixDomainSocketAddress.of(sandbox.socket())))
          .hasMessageContaining("temporarily unavailable");
    }
    sandbox.fault(Fault.NONE);
    assertThat(Shims.get(sandbox, "/metrics")).startsWith("HTTP/1.1 200");
  }

  @Test
  void slowShimSendsAFewBytesAtATime() throws Exception {
    assertThat(responseNow(new Fault.Slow(3, Duration.ofHours(1)))).isEqualTo("HTT");
  }

  @Test
  void delayedShimResponds() throws Exception {
    assertThat(responseNow(new Fault.Delay(Duration.ofHours(1)))).isEmpty();
    sandbox.fault(new Fault.Delay(Duration.ofMillis(50)));
    assertThat(Shims.get(sandbox, "/metrics")).endsWith("0\r\n\r\n");
  }

  @ParameterizedTest
  @EnumSource(Fault.Instead.class)
  void otherThanListeningSocketsRefuseConnections(Fault.Instead instead) {
    sandbox.fault(new Fault.NoSocket(instead));
    assertThat(Files.exists(sandbox.socket(), LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(instead != Fault.Instead.NOTHING);
    assertThatThrownBy(() -> Shims.get(sandbox, "/metrics")).isInstanceOf(SocketException.class);
    sandbox.fault(Fault.NONE);
    assertThat(sandbox.socket()).exists();
  }

  @Test
  void resetComesAfterTheConfiguredBytes() throws Exception {
    sandbox.fault(new Fault.Reset(100));
    try (var channel = connectAndRequest()) {
      var read = ByteBuffer.allocate(100);
      while (read.hasRemaining()) {
        assertThat(channel.read(read)).isPositive();
      }
      read.clear();
      assertThatThrownBy(() -> channel.read(read))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void truncatedResponsesEndEarlyInEachFraming() throws Exception {
    for (var framing : Framing.values()) {
      sandbox.fault(Fault.NONE).framing(framing);
      int half = Shims.get(sandbox, "/metrics").length() / 2;
      sandbox.fault(new Fault.HalfBody());
      assertThat(Shims.get(sandbox, "/metrics").length()).isBetween(half - 300, half + 300);
      sandbox.fault(new Fault.Cut(10));
      assertThat(Shims.get(sandbox, "/metrics")).isEqualTo("HTTP/1.1 2");
    }
  }

  @Test
  void lengthsAndChunksAreWrong() throws Exception {
    sandbox.fault(new Fault.WrongLength(Fault.Length.TWO));
    assertThat(Shims.head(Shims.get(sandbox, "/metrics")).split("Content-Length", -1)).hasSize(3);
    sandbox.fault(new Fault.WrongLength(Fault.Length.TOO_LONG));
    var response = Shims.get(sandbox, "/metrics");
    assertThat(Shims.head(response))
        .contains("Content-Length: " + (Shims.body(response).length() + 1000));
    sandbox.fault(new Fault.BrokenChunk());
    assertThat(Shims.get(sandbox, "/metrics")).contains("\r\nzz\r\n");
  }

  @Test
  void statusRedirectGzipAndGarbageAreSent() throws Exception {
    sandbox.fault(new Fault.Status(503));
    assertThat(Shims.get(sandbox, "/agent-url")).startsWith("HTTP/1.1 503 Service Unavailable");
    sandbox.fault(new Fault.Redirect("/elsewhere"));
    assertThat(Shims.get(sandbox, "/metrics")).contains("302 Found", "Location: /elsewhere");
    sandbox.fault(new Fault.Gzipped());
    assertThat(Shims.get(sandbox, "/metrics")).contains("Content-Encoding: gzip");
    sandbox.fault(new Fault.Garbage(3));
    assertThat(Shims.request(sandbox, GET)).hasSize(4096);
    sandbox.fault(new Fault.Raw("HTTP/1.1 200 OK\r\n\r\nx".getBytes(StandardCharsets.US_ASCII)));
    assertThat(Shims.get(sandbox, "/metrics")).isEqualTo("HTTP/1.1 200 OK\r\n\r\nx");
  }

  @Test
  void endlessBodyContinuesUntilTheClientDisconnects() throws Exception {
    sandbox.fault(new Fault.Endless());
    try (var channel = connectAndRequest()) {
      var buffer = ByteBuffer.allocate(1 << 20);
      for (long read = 0; read < 20_000_000; buffer.clear()) {
        read += channel.read(buffer);
      }
    }
    Await.until("no connection is left", () -> sandbox.connections() == 0);
  }

  @ParameterizedTest
  @EnumSource(HostileBody.class)
  void hostileBodiesDifferFromTheHealthyOne(HostileBody hostile) throws Exception {
    sandbox.framing(Framing.UNTIL_CLOSE).body(sandbox.currentBody());
    var healthy = Shims.get(sandbox, "/metrics");
    sandbox.fault(new Fault.Hostile(hostile));
    assertThat(Shims.get(sandbox, "/metrics")).isNotEqualTo(healthy);
  }

  @Test
  void faultsAreNamedOnTheCommandLine() {
    assertThat(Fault.parse("delay:50ms")).isEqualTo(new Fault.Delay(Duration.ofMillis(50)));
    assertThat(Fault.parse("slow:10/1s")).isEqualTo(new Fault.Slow(10, Duration.ofSeconds(1)));
    assertThat(Fault.parse("no-socket:dangling-link"))
        .isEqualTo(new Fault.NoSocket(Fault.Instead.DANGLING_LINK));
    assertThat(Fault.parse("hostile:crlf")).isEqualTo(new Fault.Hostile(HostileBody.CRLF));
    assertThatThrownBy(() -> Fault.parse("nonsense")).hasMessageContaining("nonsense");
    assertThatThrownBy(() -> Fault.parse("slow:x")).hasMessageContaining("slow");
  }

  @Test
  void stuckShimStartsItsResponseAndNeverEndsIt() throws Exception {
    assertThat(responseNow(new Fault.Stuck()))
        .hasSize(Fault.Stuck.BYTES)
        .startsWith("HTTP/1.1 200");
    assertThat(Shims.get(sandbox, "/agent-url")).contains("vsock://");
  }

  @Test
  void deniedGuestLeavesTheShimsOwnFamilies() throws Exception {
    sandbox.fault(new Fault.Denied());
    assertThat(Shims.get(sandbox, "/metrics"))
        .startsWith("HTTP/1.1 200")
        .contains("kata_shim_threads")
        .doesNotContain("kata_guest_");
  }

  @Test
  void abortingShimDiesOnlyOnARequestForMetrics() throws Exception {
    sandbox.fault(new Fault.Abort());
    assertThat(Shims.get(sandbox, "/agent-url")).contains("vsock://");
    assertThat(Shims.get(sandbox, "/metrics")).isEmpty();
    assertThatThrownBy(() -> Shims.get(sandbox, "/agent-url")).isInstanceOf(SocketException.class);
    assertThat(sandbox.scrapes()).isOne();
  }
}

package io.katamonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole program: its output on both streams, and its exit codes. */
class KataMonitorTest {
  @TempDir Path directory;

  private MonitorProcess run(String... arguments) throws IOException {
    return MonitorProcess.start(directory, arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-log-level debug -version"})
  void versionIsFiveLinesOnStandardOutput(String line) throws Exception {
    try (var monitor = run(line.split(" ", -1))) {
      assertThat(monitor.awaitExit()).isZero();
      assertThat(monitor.out())
          .matches(
              """
              kata-monitor
               Version:\t%s
               Java version:\t25\\S*
               Git commit:\t\\S+
               OS/Arch:\tlinux/(amd64|arm64)
              """
                  .formatted(Pattern.quote(projectVersion())));
      assertThat(monitor.err()).isEmpty();
    }
  }

  /** Of the parent, whose version stands before those of all that it manages. */
  private static String projectVersion() throws IOException {
    var version = Pattern.compile("<version>([^<]+)</version>");
    return version
        .matcher(Files.readString(Path.of("../pom.xml")))
        .results()
        .findFirst()
        .orElseThrow()
        .group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "help"})
  void usageGoesToStandardOutput(String argument) throws Exception {
    try (var monitor = run(argument)) {
      assertThat(monitor.awaitExit()).isZero();
      assertThat(monitor.out()).contains("Usage: kata-monitor [flags]").contains("-listen-address");
      assertThat(monitor.err()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-nope | unknown flag \"-nope\": expected one of those that -help lists",
        "-log-levle=info | unknown flag \"-log-levle=info\": expected one of those that -help lists;"
            + " did you mean \"-log-level\"?",
        "foo | unexpected argument \"foo\": expected flags only, see -help",
        "-log-level | flag -log-level has no value: expected LEVEL after it",
        "-log-level=loud | invalid value \"loud\" for flag -log-level: expected trace, debug, info,"
            + " warn, error, fatal or panic",
        "-listen-address=foo | invalid value \"foo\" for flag -listen-address: expected IP:PORT,"
            + " :PORT, [IPv6]:PORT or unix:PATH",
        "-runtime-endpoint= | invalid value \"\" for flag -runtime-endpoint: expected the absolute"
            + " path of a socket, unix:PATH or unix://PATH",
        "-scrape-timeout=3 | invalid value \"3\" for flag -scrape-timeout: expected a duration such"
            + " as 3s, 500ms or 1m30s",
        "-tls-cert-file=/x | -tls-cert-file is given, but TLS needs a certificate and its key:"
            + " expected -tls-cert-file and -tls-key-file",
      })
  void badCommandLineIsOneSentenceAndCode2(String argument, String sentence) throws Exception {
    try (var monitor = run(argument)) {
      assertThat(monitor.awaitExit()).isEqualTo(2);
      assertThat(monitor.err()).isEqualTo("kata-monitor: " + sentence + "\n");
      assertThat(monitor.out()).isEmpty();
    }
  }

  @Test
  void unavailableAddressIsOneSentenceAndCode1() throws Exception {
    try (var first = run("-listen-address=127.0.0.1:0")) {
      String taken = "127.0.0.1:" + first.awaitPort();
      try (var second = run("-log-level=error", "-listen-address", taken)) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.err())
            .matches("kata-monitor: cannot listen on " + taken + ": .*already in use\n");
      }
    }
    try (var monitor = run("-log-level=error", "-listen-address=no.such.host.invalid:0")) {
      assertThat(monitor.awaitExit()).isEqualTo(1);
      assertThat(monitor.err())
          .isEqualTo("kata-monitor: cannot listen on no.such.host.invalid:0: no such host\n");
    }
    try (var monitor = run("-log-level=error", "-listen-address=192.0.2.1:0")) {
      assertThat(monitor.awaitExit()).isEqualTo(1);
      assertThat(monitor.err()).matches("kata-monitor: cannot listen on 192.0.2.1:0: [^\n]*\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls-cert-file=/no/c -tls-key-file=/no/k", "-web-config-file=/no/w"})
  void unreadableFileIsOneSentenceAndCode1(String flags) throws Exception {
    try (var monitor = run(("-log-level=error " + flags).split(" ", -1))) {
      assertThat(monitor.awaitExit()).isEqualTo(1);
      assertThat(monitor.err()).matches("kata-monitor: [^\n]*/no/[cw][^\n]*\n");
    }
  }

  @Test
  void configurationThatIsAFifoIsOneSentenceAndCode1() throws Exception {
    var fifo = directory.resolve("web.yml");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    try (var monitor = run("-log-level=error", "-web-config-file=" + fifo)) {
      assertThat(monitor.awaitExit()).isEqualTo(1);
      assertThat(monitor.err())
          .isEqualTo("kata-monitor: web-config-file " + fifo + ": the file is no regular file\n");
    }
  }

  @Test
  void tlsVersionAndSuitesWithoutACertificateAreIgnoredWithAWarning() throws Exception {
    try (var monitor =
        run(
            "-listen-address=127.0.0.1:0",
            "-tls-min-version=VersionTLS13",
            "-tls-cipher-suites=TLS_AES_128_GCM_SHA256,")) {
      assertThat(response(monitor.awaitPort(), "/healthz")).endsWith("ok\n");
      assertThat(monitor.err().lines().filter(line -> line.contains("level=warning")))
          .singleElement()
          .asString()
          .endsWith(
              "msg=\"ignored without -tls-cert-file and -tls-key-file: -tls-min-version,"
                  + " -tls-cipher-suites\"");
    }
  }

  /** The listener opens after the first listing, so that no client sees a partial list. */
  @Test
  void firstRequestListsEverySandboxInOrder() throws Exception {
    var root = Files.createDirectory(directory.resolve("sbs"));
    var ids = new ArrayList<String>();
    for (int i = 0; i < 2_000; i++) {
      ids.add(Files.createDirectory(root.resolve("s" + i)).getFileName().toString());
    }
    Collections.sort(ids);
    var socket = directory.resolve("m.sock");
    try (var monitor = run("-listen-address=unix:" + socket, "-sandboxes-path=" + root);
        var client = monitor.awaitConnection(socket)) {
      client.write(
          ByteBuffer.wrap("GET /sandboxes HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      var response =
          new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(response.substring(response.indexOf("\r\n\r\n") + 4).lines().toList())
          .isEqualTo(ids);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void signalEndsItInOrder(String signal) throws Exception {
    try (var monitor = run("-listen-address=127.0.0.1:0")) {
      monitor.awaitPort();
      monitor.signal(signal);
      assertThat(monitor.awaitExit()).isZero();
      assertThat(monitor.err()).contains("msg=stopping").endsWith("msg=stopped\n");
    }
  }

  @Test
  void onlyRequestsOfClientsAreLogged() throws Exception {
    try (var monitor = run("-listen-address=127.0.0.1:0", "-log-level=debug")) {
      assertThat(response(monitor.awaitPort(), "/healthz")).endsWith("ok\n");
      monitor.signal("TERM");
      assertThat(monitor.awaitExit()).isZero();
      assertThat(monitor.err().lines().filter(line -> line.contains("msg=request ")))
          .singleElement()
          .asString()
          .endsWith("path=/healthz");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HUP", "USR1", "USR2"})
  void otherSignalsDoNothing(String signal) throws Exception {
    try (var monitor = run("-listen-address=127.0.0.1:0")) {
      int port = monitor.awaitPort();
      monitor.signal(signal);
      for (int i = 0; i < 3; i++) {
        assertThat(response(port, "/healthz")).endsWith("ok\n");
      }
      assertThat(monitor.isAlive()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/agent-url?sandbox=ID", "/metrics"})
  void requestsInFlightFinishBeforeItStops(String path) throws Exception {
    try (var node = SimulatedNode.start()) {
      var sandbox = node.addSandbox().fault(new Fault.Delay(Duration.ofMillis(800)));
      try (var monitor =
              run("-listen-address=127.0.0.1:0", "-sandboxes-path=" + node.root(Layout.GO));
          var client = new Socket(InetAddress.getLoopbackAddress(), monitor.awaitPort())) {
        sendRequest(client, path.replace("ID", sandbox.id()));
        Await.until("the shim got a request", () -> sandbox.requests() > 0);
        monitor.signal("TERM");

        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 200 OK\r\n")
            .containsPattern("vsock://|\nkata_shim_threads\\{");
        assertThat(monitor.awaitExit()).isZero();
      }
    }
  }

  @Test
  void signalDuringTheStartEndsItInOrder() throws Exception {
    try (var monitor = run("-listen-address=127.0.0.1:0")) {
      monitor.awaitLogged("msg=announce");
      monitor.signal("TERM");
      assertThat(monitor.awaitExit()).isZero();
      assertThat(monitor.err()).endsWith(" msg=stopped\n");
    }
  }

  @Test
  void staleSocketFileIsReplacedAndALiveOneIsNot() throws Exception {
    var socket = directory.resolve("m.sock");
    try (var killed = run("-listen-address=unix:" + socket)) {
      killed.awaitLogged("msg=listening");
      killed.signal("KILL");
      killed.awaitExit();
    }
    assertThat(socket).exists();
    try (var monitor = run("-listen-address=unix:" + socket)) {
      monitor.awaitLogged("msg=listening");
      assertThat(answerOn(socket)).startsWith("HTTP/1.1 200 OK");
      try (var second = run("-log-level=error", "-listen-address=unix:" + socket)) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.err())
            .isEqualTo(
                "kata-monitor: cannot listen on unix:" + socket + ": Address already in use\n");
      }
      assertThat(answerOn(socket)).startsWith("HTTP/1.1 200 OK");
      monitor.signal("TERM");
      assertThat(monitor.awaitExit()).isZero();
      assertThat(socket).doesNotExist();
    }
  }

  @Test
  void fileThatIsNoSocketIsNotRemoved() throws Exception {
    var file = Files.writeString(directory.resolve("m.sock"), "mine");
    try (var monitor = run("-log-level=error", "-listen-address=unix:" + file)) {
      assertThat(monitor.awaitExit()).isEqualTo(1);
      assertThat(file).hasContent("mine");
    }
  }

  @Test
  void firstLogLineHasAllSettings() throws Exception {
    try (var monitor = run("-listen-address=127.0.0.1:0", "-metric-denylist=kata_shim_go_.*")) {
      String line = monitor.awaitLogged("msg=announce");
      assertThat(line)
          .matches(
              "time=\"[^\"]+\" level=info msg=announce allow-foreign-families=false"
                  + " app=kata-monitor arch=\\S+ .*")
          .contains(" listen-address=\"127.0.0.1:0\" ")
          .contains(" runtime-endpoint=/run/containerd/containerd.sock ")
          .contains(" log-level=info ")
          .contains(" metric-denylist=\"kata_shim_go_.*\" ");
      monitor.awaitPort();
      assertThat(monitor.out()).isEmpty();
    }
  }

  @Test
  void logCanBeJson() throws Exception {
    try (var monitor = run("-listen-address=127.0.0.1:0", "-log-format=json")) {
      assertThat(monitor.awaitLogged("\"msg\":\"announce\"")).startsWith("{").endsWith("\"}");
    }
  }

  private static String response(int port, String path) throws IOException {
    try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      sendRequest(client, path);
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void sendRequest(Socket client, String path) throws IOException {
    client
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
  }

  private static String answerOn(Path socket) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(
          ByteBuffer.wrap(
              "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      var response = ByteBuffer.allocate(1024);
      channel.read(response);
      return StandardCharsets.UTF_8.decode(response.flip()).toString();
    }
  }
}

package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.katamonitor.endpoint.ScriptedShim;
import io.katamonitor.guard.Await;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Framing;
import io.katamonitor.sim.Layout;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Shims whose responses are slow, endless, broken off or badly framed. */
@Tag("system")
class BrokenResponsesTest extends FaultyShimsTestCase {
  static Stream<Arguments> scripts() {
    return Stream.of(
        argumentSet("head byte by byte", byteByByte("", OK + "Content-Length: 9"), "timeout"),
        argumentSet(
            "length byte by byte",
            byteByByte(OK + "Content-Length: 900\r\n\r\n", "kata_a 1\n"),
            "timeout"),
        argumentSet(
            "chunks of a byte",
            byteByByte(OK + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n#\r\n"),
            "timeout"),
        argumentSet(
            "until the end, byte by byte", byteByByte(OK + "\r\n", "kata_a 1\n"), "timeout"),
        argumentSet(
            "silent in the length",
            silentAfter(OK + "Content-Length: 18\r\n\r\nkata_a 1\n"),
            "timeout"),
        argumentSet(
            "silent between chunks",
            silentAfter(OK + "Transfer-Encoding: chunked\r\n\r\n9\r\nkata_a 1\n\r\n"),
            "timeout"),
        argumentSet("silent before the end", silentAfter(OK + "\r\nkata_a 1\n"), "timeout"),
        argumentSet("silent in the head", silentAfter(OK + "Content-Type: text/plain"), "timeout"),
        argumentSet("silent behind 100", silentAfter("HTTP/1.1 100 Continue\r\n\r\n"), "timeout"),
        argumentSet("head without end", endless(OK, "A: b\r\n"), "malformed"),
        argumentSet("head of one line without end", endless(OK + "A: ", "b"), "malformed"),
        argumentSet(
            "interim responses without end", endless("", "HTTP/1.1 103 X\r\n\r\n"), "malformed"),
        argumentSet(
            "body without end or framing", endless(OK + "\r\n", "kata_a 1\n"), "too_many_samples"),
        argumentSet("line without end", endless(OK + "\r\nkata_a{b=\"", "c"), "too_large"),
        argumentSet("comment without end", endless(OK + "\r\n#", "c"), "too_large"),
        argumentSet("blank lines without end", endless(OK + "\r\n", "\n"), "too_large"),
        argumentSet(
            "chunk size without end",
            endless(OK + "Transfer-Encoding: chunked\r\n\r\n", "0"),
            "malformed"),
        argumentSet(
            "chunk extension without end",
            endless(OK + "Transfer-Encoding: chunked\r\n\r\n9;a=", "b"),
            "malformed"),
        argumentSet(
            "trailer without end",
            endless(OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n"),
            "malformed"));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void activityDoesNotMoveTheDeadlineAndNothingGrowsWithoutBound(
      ScriptedShim.Script script, String reason) throws Exception {
    var folder = Files.createDirectory(node.root(Layout.GO).resolve("scripted"));
    Files.writeString(folder.resolve("persist.json"), "{}");
    try (var shim = new ScriptedShim()) {
      shim.listen(folder.resolve("shim-monitor.sock"), script);
      watch("-max-shim-response-bytes=1MiB");
      costsItsOwnSandboxOnly("scripted", reason);
    }
  }

  private static ScriptedShim.Script byteByByte(String first, String repeated) {
    return connection -> {
      ScriptedShim.send(connection, first);
      for (int i = 0; ; i++) {
        ScriptedShim.send(connection, repeated.substring(i % repeated.length()).substring(0, 1));
        pause();
      }
    };
  }

  /** Between two bytes of a slow shim. */
  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(30);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static ScriptedShim.Script silentAfter(String text) {
    return connection -> {
      ScriptedShim.send(connection, text);
      while (connection.read(ByteBuffer.allocate(100)) >= 0) {}
    };
  }

  private static ScriptedShim.Script endless(String first, String repeated) {
    return connection -> {
      ScriptedShim.send(connection, first);
      String block = repeated.repeat(1 + 10_000 / repeated.length());
      while (true) {
        ScriptedShim.send(connection, block);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"GO", "RUST", "UNTIL_CLOSE"})
  void connectionResetAtAnyPointIsAFailure(Framing framing) throws Exception {
    breakOff(framing, Fault.Reset::new, wholeResponse(framing).length - keepAliveSaves(framing));
  }

  @ParameterizedTest
  @CsvSource({"GO", "RUST"})
  void connectionClosedBeforeTheEndIsAFailure(Framing framing) throws Exception {
    breakOff(framing, Fault.Cut::new, wholeResponse(framing).length);
  }

  private interface BreakOff {
    Fault after(int bytes);
  }

  /**
   * At every byte of status line, head, first chunk size and end, and at some positions between.
   */
  private void breakOff(Framing framing, BreakOff breakOff, int length) throws Exception {
    node.sandboxes().forEach(sandbox -> sandbox.body(FEW));
    faulty.framing(framing).body(few(120));
    watch();
    var points = new TreeSet<Integer>();
    for (int i = 0; i < length; i += i < 20 || (i > 150 && i < 220) || i > length - 25 ? 1 : 13) {
      points.add(i);
    }
    points.add(length - 1);
    for (int point : points) {
      faulty.fault(breakOff.after(point));
      var response = scrapes.next();
      assertThat(response.samples(faulty.id())).as("after %d bytes", point).isZero();
      assertThat(response.samples(good.id())).as("after %d bytes", point).isEqualTo(2);
      assertThat(response.failures(faulty.id()))
          .as("after %d bytes", point)
          .contains(point == 0 ? "refused" : "malformed");
    }
    faulty.fault(Fault.NONE);
    assertThat(scrapes.next().samples(faulty.id())).isEqualTo(120);
  }

  /** The complete response of the shim. */
  private byte[] wholeResponse(Framing framing) throws IOException {
    faulty.framing(framing).body(few(120));
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(faulty.socket()))) {
      channel.write(
          ByteBuffer.wrap(
              "GET /metrics HTTP/1.1\r\nHost: shim\r\nConnection: close\r\n\r\n"
                  .getBytes(ISO_8859_1)));
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  /** A shim that resets has not read that its client wants no second response. */
  private static int keepAliveSaves(Framing framing) {
    return framing == Framing.UNTIL_CLOSE ? 0 : "Connection: close\r\n".length();
  }

  /** The kernel completes a connect before it is accepted. */
  @Test
  void listenerThatEndsBeforeItAcceptsCountsAsRefused() throws Exception {
    var directory = Files.createDirectory(node.root(Layout.GO).resolve("dying"));
    Files.writeString(directory.resolve("persist.json"), "{}");
    var socket = directory.resolve("shim-monitor.sock");
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    watch();
    var scrape = scrapes.begin(4);
    awaitConnection(socket);
    listener.close();
    assertThat(scrape.join().failures("dying")).containsExactly("refused");
    assertThat(scrape.join().samples(good.id())).isEqualTo(Scrapes.SAMPLES);
  }

  /** Until the kernel's table of sockets has one that waits to be accepted. */
  private static void awaitConnection(Path socket) throws Exception {
    Await.until(
        "the shim's backlog has a connection",
        () -> {
          try (var lines = Files.lines(Path.of("/proc/net/unix"))) {
            return lines.filter(line -> line.endsWith(" " + socket)).count() > 1;
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Length: 9\\r\\n\\r\\nkata_a 1\\nkata_b 2\\n |",
        "Content-Length: 9\\r\\nContent-Length: 9\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Encoding: identity\\r\\n\\r\\nkata_a 1\\n |",
        "Transfer-Encoding: chunked\\r\\n\\r\\n4;x=y\\r\\nkata\\r\\n5\\r\\n_a 1\\n\\r\\n0\\r\\nA: b\\r\\n\\r\\n |",
        "Content-Length: 12\\r\\n\\r\\nkata_a 1\\nkata_b 2\\n | malformed",
        "Content-Length: 10\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Length: 9\\r\\nContent-Length: 10\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Length: 9, 9\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Length: -9\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Length: +9\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Length: 0x9\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Length:\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Length: 99999999999999999999\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Content-Length: 99999999999\\r\\n\\r\\nkata_a 1\\n | too_large",
        "Content-Length: 9\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Transfer-Encoding: gzip\\r\\n\\r\\nkata_a 1\\n | malformed",
        "Transfer-Encoding: gzip, chunked\\r\\n\\r\\n9\\r\\nkata_a 1\\n\\r\\n0\\r\\n\\r\\n | malformed",
        "Transfer-Encoding: chunked\\r\\n\\r\\n8\\r\\nkata_a 1\\n\\r\\n0\\r\\n\\r\\n | malformed",
        "Transfer-Encoding: chunked\\r\\n\\r\\na\\r\\nkata_a 1\\n\\r\\n0\\r\\n\\r\\n | malformed",
        "Transfer-Encoding: chunked\\r\\n\\r\\n-9\\r\\nkata_a 1\\n\\r\\n0\\r\\n\\r\\n | malformed",
        "Transfer-Encoding: chunked\\r\\n\\r\\n\\r\\nkata_a 1\\n\\r\\n0\\r\\n\\r\\n | malformed",
        "Transfer-Encoding: chunked\\r\\n\\r\\n000000009\\r\\nkata_a 1\\n\\r\\n0\\r\\n\\r\\n |",
        "Transfer-Encoding: chunked\\r\\n\\r\\nffffffff\\r\\nkata_a 1\\n | malformed",
        "Transfer-Encoding: chunked\\r\\n\\r\\n9\\r\\nkata_a 1\\n\\r\\n | malformed",
        "Transfer-Encoding: chunked\\r\\n\\r\\n9\\r\\nkata_a 1\\n\\r\\n0\\r\\n | malformed",
        "Content-Encoding: gzip\\r\\n\\r\\nkata_a 1\\n | malformed",
        "no colon here\\r\\n\\r\\nkata_a 1\\n |",
        "\\r\\n\\37\\213\\10\\0\\0\\0\\0\\0 | malformed",
      })
  void onlyCompleteAndConsistentFramingIsAccepted(String response, String reason) throws Exception {
    watch();
    faulty.fault(new Fault.Raw((OK + unescaped(response)).getBytes(ISO_8859_1)));
    var scrape = scrapes.next();
    assertThat(scrape.failures(faulty.id()))
        .isEqualTo(reason == null ? List.of() : List.of(reason));
    assertThat(scrape.samples(faulty.id())).isEqualTo(reason == null ? 1 : 0);
    assertThat(scrape.samples(good.id())).isEqualTo(Scrapes.SAMPLES);
  }

  private static String unescaped(String text) {
    return text.translateEscapes();
  }

  @Test
  void statusOtherThan200IsRejectedEvenIfTheBodyParses() throws Exception {
    node.sandboxes().forEach(sandbox -> sandbox.body(FEW));
    watch();
    for (int status = 200; status < 1000; status += status < 210 || status % 100 > 20 ? 1 : 7) {
      respondWith(status, "");
      var response = scrapes.begin(9).join(); // However busy the machine is.
      assertThat(response.samples(faulty.id())).as("%d", status).isEqualTo(status == 200 ? 1 : 0);
      assertThat(response.samples(good.id())).as("%d", status).isEqualTo(2);
      if (status > 200) {
        assertThat(response.failures(faulty.id())).as("%d", status).containsExactly("status");
      }
    }
    for (var line : List.of("HTTP/2 200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 20x OK", "ICY 200 OK")) {
      faulty.fault(new Fault.Raw((line + "\r\n\r\nkata_a 1\n").getBytes(ISO_8859_1)));
      assertThat(scrapes.begin(9).join().failures(faulty.id())).as(line).contains("malformed");
    }
  }

  @ParameterizedTest
  @CsvSource({"301", "302", "303", "307", "308"})
  void redirectIsNotFollowed(int status) throws Exception {
    watch();
    respondWith(status, "Location: http://shim/debug/vars\r\n");
    var response = scrapes.next();
    assertThat(response.failures(faulty.id())).containsExactly("status");
    assertThat(faulty.requests()).isEqualTo(1);
  }

  private void respondWith(int status, String fields) {
    String response =
        "HTTP/1.1 " + status + " X\r\n" + fields + "Content-Length: 9\r\n\r\nkata_a 1\n";
    faulty.fault(new Fault.Raw(response.getBytes(ISO_8859_1)));
  }
}

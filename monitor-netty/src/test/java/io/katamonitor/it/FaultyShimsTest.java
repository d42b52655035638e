package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.katamonitor.endpoint.ScriptedShim;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Framing;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shims that fail in one way each. A scrape as Prometheus makes it, with a timeout of a second, is
 * answered within it, has every sample of the sandboxes that are well, none of the other, and tells
 * why.
 */
@Tag("system")
class FaultyShimsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final byte[] FEW = few(2);

  private final SimulatedNode node = SimulatedNode.start();
  private SimulatedSandbox faulty;
  private SimulatedSandbox good;
  private Scrapes scrapes;

  @BeforeEach
  void start() {
    faulty = node.addSandbox(Layout.GO);
    good = node.addSandbox(Layout.GO);
    node.addSandbox(Layout.RUNTIME_RS);
  }

  @AfterEach
  void stop() {
    scrapes.close();
    node.close();
  }

  private void watch(String... flags) throws Exception {
    scrapes = new Scrapes(node, flags);
  }

  private void costsItsOwnSandboxOnly(String id, String reason) throws Exception {
    var answer = scrapes.next();

    assertThat(answer.failures(id)).containsExactly(reason);
    assertThat(answer.samples(id)).isZero();
    assertThat(answer.samples(good.id())).isEqualTo(Scrapes.SAMPLES);
    assertThat(answer.value("kata_monitor_sandbox_up", good.id())).isEqualTo("1");
    assertThat(answer.value("kata_monitor_sandbox_up", id)).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "hang, timeout",
    "never-accept, timeout",
    "full-backlog, timeout",
    "delay:5s, timeout",
    "slow:1/1s, timeout",
    "no-socket:file, refused",
    "no-socket:fifo, refused",
    "no-socket:directory, refused",
    "no-socket:datagram-socket, refused",
    "refuse, refused",
    "half-body, malformed",
    "broken-chunk, malformed",
    "garbage, malformed",
    "gzipped, malformed",
    "endless, too_many_samples",
    "hostile:malformed, malformed",
    "hostile:html, malformed",
    "hostile:json, malformed",
    "hostile:invalid_utf8, malformed",
    "hostile:crlf, malformed",
    "hostile:no_final_line_feed, malformed",
    "hostile:duplicate_labels, malformed",
    "hostile:unknown_type, malformed",
    "hostile:suffix_collision, malformed",
  })
  void aFaultCostsItsOwnSandboxOnlyAndIsCounted(String fault, String reason) throws Exception {
    faulty.fault(Fault.parse(fault));
    watch("-max-shim-response-bytes=1MiB");
    costsItsOwnSandboxOnly(faulty.id(), reason);
  }

  @Test
  void aSocketThatGoesAwayHasRefused() throws Exception {
    watch();
    assertThat(scrapes.next().samples(faulty.id())).isEqualTo(Scrapes.SAMPLES);
    faulty.fault(Fault.parse("no-socket:nothing"));
    costsItsOwnSandboxOnly(faulty.id(), "refused");
  }

  /** Not a failure: the one is booting, the other may lead to another sandbox's socket. */
  @ParameterizedTest
  @ValueSource(strings = {"no-socket:nothing", "no-socket:dangling-link"})
  void aSandboxWithoutASocketOfItsOwnIsNotAsked(String fault) throws Exception {
    faulty.fault(Fault.parse(fault));
    watch();
    var answer = scrapes.next();
    assertThat(answer.failures(faulty.id())).isEmpty();
    assertThat(answer.value("kata_monitor_sandbox_up", faulty.id())).isEmpty();
    assertThat(answer.samples(good.id())).isEqualTo(Scrapes.SAMPLES);
  }

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
            "interim answers without end", endless("", "HTTP/1.1 103 X\r\n\r\n"), "malformed"),
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
  void aConnectionResetAtAnyPointIsNoAnswer(Framing framing) throws Exception {
    breakOff(framing, Fault.Reset::new, wholeAnswer(framing).length - keepAliveSaves(framing));
  }

  @ParameterizedTest
  @CsvSource({"GO", "RUST"})
  void aConnectionClosedAtAnyPointBeforeTheEndIsNoAnswer(Framing framing) throws Exception {
    breakOff(framing, Fault.Cut::new, wholeAnswer(framing).length);
  }

  private interface BreakOff {
    Fault after(int bytes);
  }

  /** At every byte of status line, head, first chunk size and end, and here and there between. */
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
      var answer = scrapes.next();
      assertThat(answer.samples(faulty.id())).as("after %d bytes", point).isZero();
      assertThat(answer.samples(good.id())).as("after %d bytes", point).isEqualTo(2);
      assertThat(answer.failures(faulty.id()))
          .as("after %d bytes", point)
          .contains(point == 0 ? "refused" : "malformed");
    }
    faulty.fault(Fault.NONE);
    assertThat(scrapes.next().samples(faulty.id())).isEqualTo(120);
  }

  /** What the shim sends when nothing breaks it off. */
  private byte[] wholeAnswer(Framing framing) throws IOException {
    faulty.framing(framing).body(few(120));
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(faulty.socket()))) {
      channel.write(
          ByteBuffer.wrap(
              "GET /metrics HTTP/1.1\r\nHost: shim\r\nConnection: close\r\n\r\n"
                  .getBytes(ISO_8859_1)));
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  /** A shim that resets has not read that its client wants no second answer. */
  private static int keepAliveSaves(Framing framing) {
    return framing == Framing.UNTIL_CLOSE ? 0 : "Connection: close\r\n".length();
  }

  private static byte[] few(int samples) {
    var text = new StringBuilder("# TYPE kata_few gauge\n");
    for (int i = 0; i < samples; i++) {
      text.append("kata_few{n=\"").append(i).append("\"} ").append(i).append('\n');
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  /** The kernel completes a connect before anybody accepts it. */
  @Test
  void aListenerThatEndsBeforeItAcceptsHasRefused() throws Exception {
    var directory = Files.createDirectory(node.root(Layout.GO).resolve("dying"));
    Files.writeString(directory.resolve("persist.json"), "{}");
    var socket = directory.resolve("shim-monitor.sock");
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    watch();
    var scrape = scrapes.begin(1);
    awaitConnection(socket);
    listener.close();
    assertThat(scrape.join().failures("dying")).containsExactly("refused");
    assertThat(scrape.join().samples(good.id())).isEqualTo(Scrapes.SAMPLES);
  }

  /** Until the kernel's table of sockets has one that waits to be accepted. */
  private static void awaitConnection(Path socket) throws Exception {
    Scrapes.await(
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
  void framingIsTrustedOnlyWhereItIsWholeAndOfOneMind(String answer, String reason)
      throws Exception {
    watch();
    faulty.fault(new Fault.Raw((OK + unescaped(answer)).getBytes(ISO_8859_1)));
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
  void whatIsNotStatus200IsNoMetricsThoughItsBodyParses() throws Exception {
    node.sandboxes().forEach(sandbox -> sandbox.body(FEW));
    watch();
    for (int status = 200; status < 1000; status += status < 210 || status % 100 > 20 ? 1 : 7) {
      answerAs(status, "");
      var answer = scrapes.next();
      assertThat(answer.samples(faulty.id())).as("%d", status).isEqualTo(status == 200 ? 1 : 0);
      assertThat(answer.samples(good.id())).as("%d", status).isEqualTo(2);
      if (status > 200) {
        assertThat(answer.failures(faulty.id())).as("%d", status).containsExactly("status");
      }
    }
    for (var line : List.of("HTTP/2 200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 20x OK", "ICY 200 OK")) {
      faulty.fault(new Fault.Raw((line + "\r\n\r\nkata_a 1\n").getBytes(ISO_8859_1)));
      assertThat(scrapes.next().failures(faulty.id())).as(line).contains("malformed");
    }
  }

  @ParameterizedTest
  @CsvSource({"301", "302", "303", "307", "308"})
  void aRedirectIsNotFollowed(int status) throws Exception {
    watch();
    answerAs(status, "Location: http://shim/debug/vars\r\n");
    var answer = scrapes.next();
    assertThat(answer.failures(faulty.id())).containsExactly("status");
    assertThat(faulty.requests()).isEqualTo(1);
  }

  private void answerAs(int status, String fields) {
    String answer =
        "HTTP/1.1 " + status + " X\r\n" + fields + "Content-Length: 9\r\n\r\nkata_a 1\n";
    faulty.fault(new Fault.Raw(answer.getBytes(ISO_8859_1)));
  }

  @ParameterizedTest
  @CsvSource({"no-socket:nothing", "refuse", "full-backlog", "status:500", "half-body"})
  void aShimThatHealsIsThereAtTheNextScrape(String fault) throws Exception {
    faulty.fault(Fault.parse(fault));
    watch();
    assertThat(scrapes.next().samples(faulty.id())).isZero();

    faulty.fault(Fault.NONE);

    var healed = scrapes.next();
    assertThat(healed.samples(faulty.id())).isEqualTo(Scrapes.SAMPLES);
    assertThat(healed.value("kata_monitor_sandbox_up", faulty.id())).isEqualTo("1");
  }

  @Test
  void noShimTakesTheMonitorsOwnFamiliesWhoseSeriesOthersHave() throws Exception {
    var histogram = "kata_monitor_scrape_durations_histogram_milliseconds";
    for (int i = 0; i < 2; i++) {
      node.addSandbox("0-first-" + i, Layout.GO)
          .body(
              ("kata_monitor_sandbox_scrape_failures_total 7\n" + histogram + "_count 7\n")
                  .getBytes(ISO_8859_1));
    }
    faulty.fault(Fault.parse("status:500"));
    watch("-allow-foreign-families");
    costsItsOwnSandboxOnly(faulty.id(), "status");
    assertThat(scrapes.next().value(histogram + "_bucket", "le=\"+Inf\"")).isEqualTo("1");
  }

  @Test
  void asManyHungShimsAsAreAskedAtATimeKeepNobodyWaiting() throws Exception {
    for (int i = 0; i < 6; i++) {
      node.addSandbox("0-hung-" + i, Layout.GO).fault(new Fault.Hang());
    }
    watch("-max-concurrent-shims=2");
    var answer = scrapes.next();
    for (var well : List.of(faulty, good)) {
      assertThat(answer.samples(well.id())).isEqualTo(Scrapes.SAMPLES);
    }
    assertThat(answer.failures("0-hung-0")).containsExactly("timeout");
  }

  @Test
  void whoWasNeverAskedFailsButIsNotLeftAloneForIt() throws Exception {
    var many = node.addSandboxes(60, Layout.RUNTIME_RS);
    many.forEach(sandbox -> sandbox.fault(new Fault.Hang()).body(FEW));
    watch("-max-concurrent-shims=5", "-scrape-timeout=200ms");
    for (int i = 0; i < 3; i++) {
      var answer = scrapes.next();
      assertThat(many).allSatisfy(one -> assertThat(answer.failures(one.id())).contains("timeout"));
    }
    // Five more each tenth of the half second that a scrape has.
    var never = many.stream().filter(one -> one.requests() == 0).toList();
    var eachTime = many.stream().filter(one -> one.requests() == 3).toList();
    assertThat(never).hasSizeBetween(30, 55);
    many.forEach(one -> one.fault(Fault.NONE));

    var answer = scrapes.next();

    assertThat(never).allMatch(one -> answer.samples(one.id()) == 2);
    // Those that the client's deadline cut off are asked again.
    assertThat(eachTime).anyMatch(one -> answer.samples(one.id()) == 0);
  }

  @Test
  void theTimeThatAShimTakesBeginsWhenItIsAsked() throws Exception {
    for (int i = 0; i < 20; i++) {
      node.addSandbox("0-late-" + i, Layout.GO).fault(Fault.parse("delay:50ms"));
    }
    var last = node.addSandbox("zz-last", Layout.GO);
    watch("-max-concurrent-shims=1");
    var answer = scrapes.begin(5).join();
    assertThat(answer.samples(last.id())).isEqualTo(Scrapes.SAMPLES);
    // It has waited for the others for a second.
    assertThat(answer.value("kata_monitor_sandbox_scrape_duration_seconds", last.id()))
        .startsWith("0.");
  }

  @Test
  void scrapesThatOverlapAskEachShimOnce() throws Exception {
    faulty.fault(Fault.parse("delay:300ms"));
    watch();
    var overlapping = Stream.generate(() -> scrapes.begin(5)).limit(5).toList();
    for (var scrape : overlapping) {
      assertThat(scrape.join().samples(faulty.id())).isEqualTo(Scrapes.SAMPLES);
    }
    assertThat(good.scrapes()).isEqualTo(1);
  }

  @Test
  void soDoScrapesOfOneSandbox() throws Exception {
    faulty.fault(new Fault.Hang());
    watch();
    var path = "/metrics?labels=true&sandbox=" + faulty.id();
    try (var first = scrapes.client();
        var second = scrapes.client()) {
      first.get(path);
      Scrapes.await("the shim is asked", () -> faulty.connections() == 1);
      second.send(
          "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 1\r\n\r\n");
      for (var client : List.of(second, first)) {
        var reply = client.reply();
        assertThat(reply.code()).isEqualTo(200);
        assertThat(reply.text()).contains("kata_monitor_sandbox_up{").doesNotContain("kata_guest");
      }
    }
    assertThat(faulty.requests()).isEqualTo(1);
  }

  @Test
  void whoIsLateForOneOfTwoScrapesHasFailedForThatOne() throws Exception {
    faulty.fault(Fault.parse("delay:2s"));
    watch();
    var patient = scrapes.begin(5);
    Scrapes.await("the shim is asked", () -> faulty.connections() == 1);

    costsItsOwnSandboxOnly(faulty.id(), "timeout");

    var answer = patient.join();
    assertThat(answer.samples(faulty.id())).isEqualTo(Scrapes.SAMPLES);
    assertThat(answer.value("kata_monitor_sandbox_up", faulty.id())).isEqualTo("1");
    assertThat(answer.value("kata_monitor_sandbox_scrape_failures_total", faulty.id()))
        .isEqualTo("1");
  }

  @Test
  void aClientThatLeavesEndsARuntimeRsRequestButNotAGoOne() throws Exception {
    faulty.fault(new Fault.Hang());
    var rust = node.addSandbox(Layout.RUNTIME_RS).fault(new Fault.Hang());
    watch();
    try (var client = scrapes.client()) {
      client.get("/metrics");
      Scrapes.await("one is asked", () -> faulty.connections() == 1);
      Scrapes.await("the other is asked", () -> rust.connections() == 1);
    }
    // Long before the 3 s that a shim has.
    Scrapes.await("the shim is left in peace", () -> rust.connections() == 0);
    assertThat(
            scrapes.next().value("kata_monitor_scrape_durations_histogram_milliseconds_count", ""))
        .isEqualTo("1");
    assertThat(faulty.connections()).isEqualTo(1);
    assertThat(faulty.requests()).isEqualTo(1);
  }

  @Test
  void theBodyOfOneShimIsWaitedForNoLongerThanTheScraperWaits() throws Exception {
    faulty.fault(new Fault.Hang());
    watch("-scrape-timeout=30s");
    var answer =
        scrapes
            .daemon()
            .get("/metrics?sandbox=" + faulty.id(), "X-Prometheus-Scrape-Timeout-Seconds", "1");
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(scrapes.next().value("kata_monitor_scrape_failed_count", "")).isEqualTo("1");
  }

  @Test
  void whoWaitsForTheBodyOfOneShimIsInFlightUntilHeLeaves() throws Exception {
    faulty.fault(new Fault.Hang());
    watch("-max-requests=1");
    try (var client = scrapes.client()) {
      client.get("/metrics?sandbox=" + faulty.id());
      Scrapes.await("the shim is asked", () -> faulty.connections() == 1);
      assertThat(scrapes.get("/metrics")).contains("max-requests");
    }
    faulty.fault(Fault.NONE);
    Scrapes.await(
        "the next one is served", () -> !scrapes.get("/metrics").contains("max-requests"));
  }
}

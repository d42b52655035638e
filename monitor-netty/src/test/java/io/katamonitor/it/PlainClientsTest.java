package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("system")
class PlainClientsTest {
  private final SimulatedNode node = SimulatedNode.start();
  private RunningDaemon daemon;
  private String metrics;

  @BeforeEach
  void start() throws Exception {
    node.addSandboxes(3, Layout.GO);
    daemon = SimulatedNodes.watch(node);
    metrics = "http://127.0.0.1:" + daemon.port() + "/metrics";
  }

  @AfterEach
  void stop() {
    daemon.close();
    node.close();
  }

  private static String curl(String... arguments) throws IOException, InterruptedException {
    var command = new String[arguments.length + 4];
    command[0] = "curl";
    command[1] = "-sS";
    command[2] = "--max-time";
    command[3] = "10";
    System.arraycopy(arguments, 0, command, 4, arguments.length);
    return Tool.run(command).mustSucceed();
  }

  private static long sandboxesIn(String exposition) {
    return exposition.lines().filter(line -> line.startsWith("kata_shim_threads{")).count();
  }

  @Test
  void curlGetsTheMetricsPlainAndCompressedAndByEitherHttp() throws Exception {
    assertThat(sandboxesIn(curl(metrics))).isEqualTo(3);
    assertThat(sandboxesIn(curl("--compressed", metrics))).isEqualTo(3);
    var old = curl("-i", "--http1.0", metrics);
    assertThat(sandboxesIn(old)).isEqualTo(3);
    assertThat(old).doesNotContain("chunked");
  }

  @Test
  void curlSeesHeadersStatusesAndMethods() throws Exception {
    var head = curl("-I", "-H", "Accept-Encoding: gzip", metrics).toLowerCase(Locale.ROOT);
    assertThat(head)
        .contains("200 ok", "content-encoding: gzip", "vary: accept")
        .containsOnlyOnce("x-content-type-options: nosniff");
    assertThat(curl("-i", "-d", "x", metrics)).contains("405").containsIgnoringCase("allow: ");
    assertThat(curl("-i", metrics + "/nothing")).contains("404");
    assertThat(curl("-i", metrics + "?sandbox=../../etc")).contains("400");
    assertThat(curl("-i", metrics + "?sandbox=nobody")).contains("404");
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, true",
    "'deflate, gzip;q=0.5', true",
    "*, true",
    "gzip;q=0, false",
    "'gzip;q=0.0, *', false",
    "identity, false",
    "'', false",
  })
  void gzipIsUsedIfAccepted(String accepted, boolean isGzip) throws Exception {
    var head = curl("-I", "-H", "Accept-Encoding: " + accepted, metrics).toLowerCase(Locale.ROOT);
    assertThat(head).contains("200 ok");
    assertThat(head.contains("content-encoding: gzip")).isEqualTo(isGzip);
  }

  @Test
  void everyCompletedScrapeIsCountedAndTimed() throws Exception {
    var one = metrics + "?sandbox=" + node.sandboxes().getFirst().id();
    for (var url :
        new String[] {one, one + "&labels=true", metrics + "?filter_family=kata_guest"}) {
      curl(url);
    }
    curl(metrics + "?sandbox=nobody");
    curl(metrics + "?labels=true&sandbox=nobody");
    curl("-I", metrics);
    assertThat(curl(metrics))
        .contains("kata_monitor_scrape_count 7\n")
        .contains("kata_monitor_scrape_durations_histogram_milliseconds_count 6\n")
        .contains("kata_monitor_scrape_failed_count 0\n");
  }

  @Test
  void wrkGetsOnlySuccesses() throws Exception {
    var said = Tool.run("wrk", "-t1", "-c8", "-d2s", metrics).mustSucceed();
    assertThat(said).contains("requests in").doesNotContain("Non-2xx", "Socket errors");
  }

  @Test
  void pipelinedRequestsGetResponsesInOrder() throws Exception {
    var get = "GET %s HTTP/1.1\r\nHost: node\r\n%s\r\n";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
      var requests =
          get.formatted("/metrics", "")
              + get.formatted("/healthz", "")
              + get.formatted("/metrics?filter_family=kata_guest_load", "")
              + get.formatted("/nothing", "Connection: close\r\n");
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
      var responses =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .split("HTTP/1.1 ", -1);
      assertThat(responses).hasSize(5);
      assertThat(sandboxesIn(responses[1])).isEqualTo(3);
      assertThat(responses[2]).startsWith("200").endsWith("ok\n");
      assertThat(responses[3]).startsWith("200").contains("kata_guest_load{");
      assertThat(sandboxesIn(responses[3])).isZero();
      assertThat(responses[4]).startsWith("404");
    }
  }
}

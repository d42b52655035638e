package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.server.RawClient;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shims that are not scraped: the simulator counts the requests. */
class GuardsTest extends WatchedNodeTestCase {
  /** Of runtime-rs: its request ends at the timeout. */
  @Test
  void shimEntersBackoffAfterThreeTimeouts() throws Exception {
    var hung = node.addSandbox(Layout.RUNTIME_RS).fault(new Fault.Hang());
    var good = node.addSandbox();
    watch("-scrape-timeout=200ms");
    for (int i = 1; i <= 3; i++) {
      assertThat(scrapes.next().failures(hung.id())).containsExactly("timeout");
      int requests = i;
      // Its thread may read a request after the monitor has abandoned it.
      Await.until("request " + i, () -> hung.scrapes() == requests);
    }
    hung.fault(Fault.NONE);
    for (int i = 1; i <= 3; i++) {
      var response = scrapes.next();
      assertThat(response.value("kata_monitor_sandbox_scrape_failures_total", hung.id()))
          .isEqualTo("3");
      assertThat(response.value("kata_monitor_sandbox_up", hung.id())).isEqualTo("0");
      assertThat(response.samples(good.id())).isEqualTo(Scrapes.SAMPLES);
    }
    assertThat(code("/metrics?labels=true&sandbox=" + hung.id())).isEqualTo(200);
    assertThat(code("/metrics?sandbox=" + hung.id())).isEqualTo(503);
    assertThat(hung.requests()).isEqualTo(3);
  }

  @Test
  void hungGoShimHasOneRequestHoweverOftenItIsScraped() throws Exception {
    var hung = node.addSandbox().fault(new Fault.Hang());
    watch("-scrape-timeout=200ms");
    for (int i = 0; i < 5; i++) {
      assertThat(scrapes.next().failures(hung.id())).containsExactly("timeout");
      assertThat(code("/metrics?sandbox=" + hung.id())).isEqualTo(504);
    }
    assertThat(hung.requests()).isEqualTo(1);
    assertThat(hung.connections()).isEqualTo(1);
  }

  @Test
  void clientsShortDeadlineNeverLeadsToBackoff() throws Exception {
    var slow = node.addSandbox().fault(Fault.parse("delay:300ms"));
    watch();
    for (var timeout : List.of("0.001", "0", "-1", "1e300", "soon", "0.1")) {
      for (int i = 0; i < 4; i++) {
        try (var client = scrapes.client()) {
          client.send(
              "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: "
                  + timeout
                  + "\r\n\r\n");
        }
        scrapes.daemon().get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds", timeout);
      }
      assertThat(scrapes.begin(5).join().samples(slow.id())).as(timeout).isEqualTo(Scrapes.SAMPLES);
    }
  }

  @Test
  void everyRequestToMetricsCountsAsInFlight() throws Exception {
    var hung = node.addSandbox().fault(new Fault.Hang());
    watch("-max-requests=1");
    var daemon = scrapes.daemon();
    try (var client = new RawClient(daemon.port())) {
      client.get("/metrics?sandbox=" + hung.id());
      while (hung.requests() == 0) {
        assertThat(daemon.get("/healthz").statusCode()).isEqualTo(200);
      }
      assertThat(daemon.get("/metrics").statusCode()).isEqualTo(503);
      assertThat(daemon.get("/metrics?sandbox=nobody").statusCode()).isEqualTo(503);
      hung.fault(Fault.NONE);
    }
    int status;
    do { // Until the disconnect is noticed.
      status = daemon.get("/metrics").statusCode();
    } while (status == 503);
    assertThat(status).isEqualTo(200);
  }

  @Test
  void timeoutsThatAreNotInARowDoNotCount() throws Exception {
    var shim = node.addSandbox(Layout.RUNTIME_RS);
    watch("-scrape-timeout=200ms");
    for (var fault :
        List.of("hang", "hang", "none", "hang", "hang", "status:500", "hang", "hang")) {
      shim.fault(Fault.parse(fault));
      scrapes.next();
    }
    Await.until("eight requests", () -> shim.scrapes() == 8);
  }

  @ParameterizedTest
  @CsvSource({
    "auto, dragonball, true",
    "auto, cloud-hypervisor, true",
    "auto, qemu, false",
    "auto, firecracker, false",
    "auto, QEMU, false",
    "auto, ' Firecracker ', false",
    "auto, ' ', false",
    "auto, {, false",
    "auto, {}, false",
    "auto, '', false",
    "auto, , false",
    "never, dragonball, false",
    "never, qemu, false",
    "never, , false",
    "always, qemu, true",
    "always, firecracker, true",
    "always, {, false",
    "always, , false",
    "'auto,qemu', qemu, true",
    "'auto,qemu', firecracker, false",
    "'auto,qemu', {, false",
  })
  void shimThatCouldAbortIsScrapedOnlyIfConfigured(
      String choice, @Nullable String state, boolean isAsked) throws Exception {
    var shim = node.addSandbox(Layout.RUNTIME_RS);
    if (state == null || state.isEmpty() || state.startsWith("{")) {
      shim.stateFile(state);
    } else {
      shim.hypervisor(state);
    }
    watch("-runtime-rs-scrape=" + choice);

    var response = scrapes.next();

    assertThat(response.failures(shim.id())).isEmpty();
    assertThat(response.value("kata_monitor_sandbox_up", shim.id())).isEqualTo(isAsked ? "1" : "");
    assertThat(response.samples(shim.id()) > 0).isEqualTo(isAsked);
    assertThat(code("/metrics?sandbox=" + shim.id())).isEqualTo(isAsked ? 200 : 503);
    assertThat(code("/metrics?labels=true&sandbox=" + shim.id())).isEqualTo(200);
    assertThat(shim.scrapes()).isEqualTo(isAsked ? 3 : 0);
  }

  /** Upstream treats an id as a path and normalizes it. */
  @Test
  void noSpellingOfAnIdReachesAnotherSocket() throws Exception {
    var listed = node.addSandbox();
    try (var elsewhere = SimulatedNode.start()) {
      var other = elsewhere.addSandbox();
      var root = node.root(Layout.GO);
      var way = root.relativize(other.directory()).toString();
      assertThat(root.resolve(way).resolve("shim-monitor.sock")).exists();
      Files.createSymbolicLink(root.resolve("link"), other.directory());
      watch();
      var spellings =
          List.of(
              way,
              way.replace("..", "%2e%2e"),
              way.replace("/", "%2F"),
              way.replace("/", "%252F"),
              "./" + way,
              listed.id() + "/../" + way,
              other.directory().toString(),
              "link",
              "link/../" + listed.id(),
              "./" + listed.id(),
              listed.id() + "/",
              listed.id() + "/%27%3E%3Cimg%20src=x%3E/..",
              listed.id() + "%00");
      for (var spelling : spellings) {
        for (var page :
            List.of("/metrics?", "/metrics?labels=true&", "/agent-url?", "/debug/pprof/?")) {
          try (var client = scrapes.client()) {
            var reply = client.get(page + "sandbox=" + spelling).reply();
            assertThat(reply.code()).as(page + spelling).isIn(400, 404);
            assertThat(reply.text())
                .as(page + spelling)
                .doesNotContain("<img", "no such file", other.id(), root.toString());
          }
        }
      }
      assertThat(other.requests()).isZero();
      assertThat(listed.requests()).isZero();
      assertThat(code("/agent-url?sandbox=" + listed.id())).isEqualTo(200);
    }
  }

  private int code(String path) throws IOException, InterruptedException {
    return scrapes.daemon().get(path).statusCode();
  }
}

package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shims with one fault each. A scrape like that of Prometheus, with a timeout of 3 s, gets a
 * response in time with every sample of the healthy sandboxes, none of the faulty one, and the
 * reason.
 */
@Tag("system")
class FaultyShimsTest extends FaultyShimsTestCase {
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
  void faultAffectsOnlyItsOwnSandboxAndIsCounted(String fault, String reason) throws Exception {
    faulty.fault(Fault.parse(fault));
    watch("-max-shim-response-bytes=1MiB");
    costsItsOwnSandboxOnly(faulty.id(), reason);
  }

  @Test
  void removedSocketCountsAsRefused() throws Exception {
    watch();
    assertThat(scrapes.next().samples(faulty.id())).isEqualTo(Scrapes.SAMPLES);
    faulty.fault(Fault.parse("no-socket:nothing"));
    costsItsOwnSandboxOnly(faulty.id(), "refused");
  }

  /** Not a failure: the one is booting, the other may lead to another sandbox's socket. */
  @ParameterizedTest
  @ValueSource(strings = {"no-socket:nothing", "no-socket:dangling-link"})
  void sandboxWithoutASocketOfItsOwnIsNotScraped(String fault) throws Exception {
    faulty.fault(Fault.parse(fault));
    watch();
    var response = scrapes.next();
    assertThat(response.failures(faulty.id())).isEmpty();
    assertThat(response.value("kata_monitor_sandbox_up", faulty.id())).isEmpty();
    assertThat(response.samples(good.id())).isEqualTo(Scrapes.SAMPLES);
  }

  @ParameterizedTest
  @CsvSource({"no-socket:nothing", "refuse", "full-backlog", "status:500", "half-body"})
  void recoveredShimIsInTheNextScrape(String fault) throws Exception {
    faulty.fault(Fault.parse(fault));
    watch();
    assertThat(scrapes.next().samples(faulty.id())).isZero();

    faulty.fault(Fault.NONE);

    var healed = scrapes.next();
    assertThat(healed.samples(faulty.id())).isEqualTo(Scrapes.SAMPLES);
    assertThat(healed.value("kata_monitor_sandbox_up", faulty.id())).isEqualTo("1");
  }

  @Test
  void noShimCanSendOwnFamiliesOfTheMonitor() throws Exception {
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
  void asManyHungShimsAsConcurrentRequestsDelayNoOther() throws Exception {
    for (int i = 0; i < 6; i++) {
      node.addSandbox("0-hung-" + i, Layout.GO).fault(new Fault.Hang());
    }
    watch("-max-concurrent-shims=2");
    var response = scrapes.next();
    for (var well : List.of(faulty, good)) {
      assertThat(response.samples(well.id())).isEqualTo(Scrapes.SAMPLES);
    }
    assertThat(response.failures("0-hung-0")).containsExactly("timeout");
  }

  @Test
  void sandboxNeverRequestedFailsWithoutBackoff() throws Exception {
    var many = node.addSandboxes(60, Layout.RUNTIME_RS);
    many.forEach(sandbox -> sandbox.fault(new Fault.Hang()).body(FEW));
    watch("-max-concurrent-shims=5", "-scrape-timeout=200ms");
    for (int i = 0; i < 3; i++) {
      var response = scrapes.begin(1).join();
      assertThat(many)
          .allSatisfy(one -> assertThat(response.failures(one.id())).contains("timeout"));
    }
    // Five more each tenth of the half second that a scrape has.
    var never = many.stream().filter(one -> one.requests() == 0).toList();
    var eachTime = many.stream().filter(one -> one.requests() == 3).toList();
    assertThat(never).hasSizeBetween(30, 55);
    many.forEach(one -> one.fault(Fault.NONE));

    var response = scrapes.begin(1).join();

    assertThat(never).allMatch(one -> response.samples(one.id()) == 2);
    // Those cut off by the client's deadline are requested again.
    assertThat(eachTime).anyMatch(one -> response.samples(one.id()) == 0);
  }

  @Test
  void durationOfAShimStartsWithItsRequest() throws Exception {
    for (int i = 0; i < 20; i++) {
      node.addSandbox("0-late-" + i, Layout.GO).fault(Fault.parse("delay:50ms"));
    }
    var last = node.addSandbox("zz-last", Layout.GO);
    watch("-max-concurrent-shims=1");
    var response = scrapes.begin(5).join();
    assertThat(response.samples(last.id())).isEqualTo(Scrapes.SAMPLES);
    // It has waited for the others for a second.
    assertThat(response.value("kata_monitor_sandbox_scrape_duration_seconds", last.id()))
        .startsWith("0.");
  }

  @Test
  void overlappingScrapesRequestEachShimOnce() throws Exception {
    faulty.fault(Fault.parse("delay:300ms"));
    watch();
    var overlapping = Stream.generate(() -> scrapes.begin(5)).limit(5).toList();
    for (var scrape : overlapping) {
      assertThat(scrape.join().samples(faulty.id())).isEqualTo(Scrapes.SAMPLES);
    }
    assertThat(good.scrapes()).isEqualTo(1);
  }

  @Test
  void overlappingScrapesOfOneSandboxShareARequest() throws Exception {
    faulty.fault(new Fault.Hang());
    watch();
    var path = "/metrics?labels=true&sandbox=" + faulty.id();
    try (var first = scrapes.client();
        var second = scrapes.client()) {
      first.get(path);
      Await.until("the shim got a request", () -> faulty.connections() == 1);
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
  void shimLateForOneOfTwoScrapesFailsForThatOne() throws Exception {
    faulty.fault(Fault.parse("delay:5s"));
    watch("-scrape-timeout=30s");
    var patient = scrapes.begin(20);
    Await.until("the shim got a request", () -> faulty.connections() == 1);

    costsItsOwnSandboxOnly(faulty.id(), "timeout");

    var response = patient.join();
    assertThat(response.samples(faulty.id())).isEqualTo(Scrapes.SAMPLES);
    assertThat(response.value("kata_monitor_sandbox_up", faulty.id())).isEqualTo("1");
    assertThat(response.value("kata_monitor_sandbox_scrape_failures_total", faulty.id()))
        .isEqualTo("1");
  }

  @Test
  void disconnectedClientEndsARuntimeRsRequestButNotAGoRequest() throws Exception {
    faulty.fault(new Fault.Hang());
    var rust = node.addSandbox(Layout.RUNTIME_RS).fault(new Fault.Hang());
    watch();
    try (var client = scrapes.client()) {
      client.get("/metrics");
      Await.until("one got a request", () -> faulty.connections() == 1);
      Await.until("the other got a request", () -> rust.connections() == 1);
    }
    // Long before the 3 s that a shim has.
    Await.until("no request to the shim is left", () -> rust.connections() == 0);
    assertThat(
            scrapes.next().value("kata_monitor_scrape_durations_histogram_milliseconds_count", ""))
        .isEqualTo("1");
    assertThat(faulty.connections()).isEqualTo(1);
    assertThat(faulty.requests()).isEqualTo(1);
  }

  @Test
  void bodyOfOneShimIsAwaitedOnlyUntilTheDeadlineOfTheScraper() throws Exception {
    faulty.fault(new Fault.Hang());
    watch("-scrape-timeout=30s");
    var response =
        scrapes
            .daemon()
            .get("/metrics?sandbox=" + faulty.id(), "X-Prometheus-Scrape-Timeout-Seconds", "1");
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(scrapes.next().value("kata_monitor_scrape_failed_count", "")).isEqualTo("1");
  }

  @Test
  void rawClientIsInFlightUntilItDisconnects() throws Exception {
    faulty.fault(new Fault.Hang());
    watch("-max-requests=1");
    try (var client = scrapes.client()) {
      client.get("/metrics?sandbox=" + faulty.id());
      Await.until("the shim got a request", () -> faulty.connections() == 1);
      assertThat(scrapes.get("/metrics")).contains("max-requests");
    }
    faulty.fault(Fault.NONE);
    Await.until("the next one is served", () -> !scrapes.get("/metrics").contains("max-requests"));
  }
}

package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that scrape and disconnect in a loop, beside one that represents Prometheus. */
@Tag("system")
class DisconnectingClientsTest {
  private static final int DISCONNECTS = 2_000;
  private static final String ID = "counted-shim";

  private static final String PROTOBUF =
      "Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
          + "encoding=delimited\r\n";
  private static final String GZIP = "Accept-Encoding: gzip\r\n";

  private static final List<String> REQUESTS =
      List.of(
          request("/metrics", ""),
          request("/metrics", GZIP),
          request("/metrics", PROTOBUF),
          request("/metrics", PROTOBUF + GZIP),
          request("/metrics?sandbox=" + ID, ""),
          request("/metrics?labels=true&sandbox=" + ID, ""));

  private static String request(String path, String fields) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
  }

  @Test
  @Timeout(240)
  void shimHasOneOpenRequestAndPrometheusGetsIt() throws Exception {
    try (var node = SimulatedNode.start();
        var shim = new CountingShim(node.root(Layout.GO), ID);
        var scrapes = new Scrapes(node)) {
      Await.until("it is found", Duration.ofSeconds(5), () -> scrapes.isListed(ID));
      var isOver = new AtomicBoolean();
      var prometheus = scrapeUntil(isOver, scrapes);
      for (var request : REQUESTS) {
        for (int i = 0; i < DISCONNECTS; i++) {
          try (var client = scrapes.client().send(request)) {
            if (i % 3 == 0) {
              client.exactly(100);
            }
            client.socket().setSoLinger(i % 2 == 0, 0); // reset, or closed in order
          }
        }
      }
      isOver.set(true);

      assertThat(prometheus.join()).as("scrapes beside them").isPositive();
      assertThat(shim.maxOpen()).as("requests open at a time").isEqualTo(1);
      assertThat(shim.requests()).isGreaterThan(REQUESTS.size());
      Await.until("no request is left", Duration.ofSeconds(5), () -> shim.open() == 0);
      assertThat(scrapes.begin(5).join().samples(ID)).isEqualTo(CountingShim.SAMPLES);
    }
  }

  /** Returns the number of scrapes; fails at the first that lacks a sample. */
  private static CompletableFuture<Integer> scrapeUntil(AtomicBoolean isOver, Scrapes scrapes) {
    return CompletableFuture.supplyAsync(
        () -> {
          int count = 0;
          while (!isOver.get()) {
            assertThat(scrapes.begin(10).join().samples(ID)).isEqualTo(CountingShim.SAMPLES);
            count++;
          }
          return count;
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }
}

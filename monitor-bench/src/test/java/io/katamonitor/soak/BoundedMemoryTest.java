package io.katamonitor.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The process survives with the memory limit of chart and systemd unit: 300 MiB. */
@Tag("system")
class BoundedMemoryTest {
  private static final Path HOME = Path.of(System.getProperty("kata.monitor.home", ".."));
  private static final long MIB = 1 << 20;

  @Test
  @Timeout(180)
  void endlessShimsAndSlowScrapersCauseNoOomKillAndNoLossOfOtherSamples() throws Exception {
    try (var limit = MemoryLimit.of(300 * MIB);
        var node = Node.start(HOME, 1)) {
      node.add(500);
      node.failFirst(20, "endless");
      try (var monitor = Monitor.start(HOME, node, limit.command(), List.of())) {
        monitor.awaitListening();
        scrape(limit, node, monitor);
        assertThat(monitor.isAlive()).isTrue();
        assertThat(monitor.complaints()).isEmpty();
      }
    }
  }

  private static void scrape(MemoryLimit limit, Node node, Monitor monitor) throws Exception {
    var findings = new Findings();
    var good = new ArrayList<Scraper>();
    try (var client = HttpClient.newHttpClient()) {
      for (var asking : ScrapeProfile.FOUR) {
        var scraper = new Scraper(asking, monitor, node, findings);
        scraper.learn(client, node.living().getLast().id());
        good.add(scraper);
      }
    }
    while (node.well().size() < 480) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    var slow = new ArrayList<SlowScraper>();
    for (int i = 0; i < 10; i++) {
      // Half of them take the compressed response of some 6 MiB in some seconds; the others would
      // take minutes.
      boolean gzip = i % 2 == 0;
      var one = new SlowScraper(good.getFirst(), node, monitor.port(), gzip, gzip ? 10 : 100);
      slow.add(one);
      while (one.isReading() && !one.hasBegun()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    for (var scraper : good) {
      scraper.run(new AtomicInteger(1), 1);
    }
    for (int i = 0; i < 10; i += 2) {
      slow.get(i).join();
    }
    int finished = (int) slow.stream().filter(SlowScraper::hasFinished).count();
    for (var one : slow) {
      one.close();
    }
    System.out.printf(
        "500 sandboxes, 20 endless, 10 slow scrapers (%d read all): at most %d MiB, sockets %d KiB%n",
        finished, limit.mostBytes() / MIB, limit.mostSocketBytes() / 1024);
    assertThat(findings.list()).isEmpty();
    assertThat(finished).as("slow scrapers that got a whole response").isPositive();
    assertThat(limit.killed()).isZero();
  }
}

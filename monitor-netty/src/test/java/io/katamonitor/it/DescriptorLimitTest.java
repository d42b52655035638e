package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.guard.Await;
import io.katamonitor.server.RawClient;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** If the monitor lacks descriptors, no sandbox counts as failed. */
class DescriptorLimitTest {
  private static final String SCRAPE =
      "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: ";

  @TempDir private Path folder;

  @Test
  void noSandboxFailsForClientsThatTakeAllDescriptors() throws Exception {
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(20, Layout.GO);
      try (var monitor =
              MonitorProcess.start(
                  folder,
                  "-listen-address=127.0.0.1:0",
                  "-scrape-timeout=8s",
                  "-sandboxes-path=" + node.root(Layout.GO),
                  "-runtime-endpoint=" + node.cri().socket());
          var scraper = new RawClient(monitor.awaitPort())) {
        assertThat(up(scraper)).hasSize(20).allMatch(line -> line.endsWith(" 1"));
        int before = monitor.descriptors();
        monitor.limitDescriptors(100);
        var clients = takeAllDescriptors(monitor);

        var starved = lines(scraper, 2);
        assertThat(starved).noneMatch(line -> line.startsWith("kata_monitor_sandbox_scrape_fail"));
        assertThat(starved)
            .filteredOn(line -> line.startsWith("kata_monitor_sandbox_up{"))
            .noneMatch(line -> line.endsWith(" 0"));
        assertThat(starved)
            .filteredOn(line -> line.startsWith("kata_monitor_descriptor_shortages_total "))
            .noneMatch(line -> line.endsWith(" 0"));
        assertThat(starved).contains("kata_monitor_scrape_failed_count 0");
        assertThat(monitor.err()).contains("no file descriptors left");

        for (var client : clients) {
          client.close();
        }
        Await.until(
            "descriptors are left",
            Duration.ofSeconds(5),
            () -> monitor.descriptors() <= before + 2);
        assertThat(up(scraper)).hasSize(20).allMatch(line -> line.endsWith(" 1"));
      }
    }
  }

  /** What a scrape needs is loaded before the port opens; then there is no descriptor for it. */
  @Test
  void firstScrapeOfAllIsServedWithoutADescriptor() throws Exception {
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(20, Layout.GO);
      try (var monitor =
              MonitorProcess.startWithLimitOfOpenFiles(
                  100,
                  folder,
                  "-listen-address=127.0.0.1:0",
                  "-scrape-timeout=8s",
                  "-sandboxes-path=" + node.root(Layout.GO),
                  "-runtime-endpoint=" + node.cri().socket());
          var scraper = new RawClient(monitor.awaitPort())) {
        assertThat(monitor.awaitLogged("nofile")).contains("limit=100", "needed=");
        assertThat(scraper.get("/healthz").reply().code()).isEqualTo(200);
        int atRest = monitor.descriptors();
        var clients = takeAllDescriptors(monitor);

        var starved = lines(scraper, 2);
        assertThat(starved).noneMatch(line -> line.startsWith("kata_monitor_sandbox_scrape_fail"));
        assertThat(starved).contains("kata_monitor_scrape_failed_count 0");
        assertThat(monitor.err()).doesNotContain("an endpoint failed", "exceptionCaught");
        assertThat(monitor.awaitLogged("cannot accept")).contains("Too many open files");

        for (var client : clients) {
          client.close();
        }
        Await.until(
            "descriptors are left",
            Duration.ofSeconds(10),
            () -> monitor.descriptors() <= atRest + 5);
        assertThat(up(scraper)).hasSize(20).allMatch(line -> line.endsWith(" 1"));
      }
    }
  }

  private static List<String> up(RawClient scraper) throws Exception {
    return lines(scraper, 9).stream()
        .filter(line -> line.startsWith("kata_monitor_sandbox_up{"))
        .toList();
  }

  private static List<String> lines(RawClient scraper, int seconds) throws Exception {
    return scraper.send(SCRAPE + seconds + "\r\n\r\n").reply().text().lines().toList();
  }

  /** Connects clients until the monitor has used up its 100 descriptors. */
  private static List<RawClient> takeAllDescriptors(MonitorProcess monitor) throws Exception {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 90; i++) {
      clients.add(new RawClient(monitor.awaitPort()));
    }
    Await.until("no descriptor is left", Duration.ofSeconds(5), () -> monitor.descriptors() >= 100);
    return clients;
  }
}

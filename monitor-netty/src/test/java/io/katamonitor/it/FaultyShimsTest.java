package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultyShimsTest {
  private static final int SAMPLES = 1140;

  private final SimulatedNode node = SimulatedNode.start();
  private SimulatedSandbox faulty;
  private SimulatedSandbox good;
  private RunningDaemon daemon;

  @BeforeEach
  void start() {
    faulty = node.addSandbox(Layout.GO);
    good = node.addSandbox(Layout.GO);
    node.addSandbox(Layout.RUNTIME_RS);
  }

  @AfterEach
  void stop() {
    daemon.close();
    node.close();
  }

  private void watch(String... flags) throws Exception {
    daemon = SimulatedNodes.watch(node, flags);
  }

  /** A scrape as Prometheus asks with a timeout of two seconds; it must be there within it. */
  private List<String> scrape() throws Exception {
    long began = System.nanoTime();
    var lines =
        daemon.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "2").body().lines().toList();
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
        .as("milliseconds: the scraper would give up")
        .isLessThan(2000);
    return lines;
  }

  private static long samples(List<String> lines, SimulatedSandbox of) {
    return lines.stream()
        .filter(line -> !line.startsWith("kata_monitor_") && line.contains(of.id()))
        .count();
  }

  private static List<String> failures(List<String> lines, SimulatedSandbox of) {
    return lines.stream()
        .filter(line -> line.startsWith("kata_monitor_sandbox_scrape_failures_total{"))
        .filter(line -> line.contains(of.id()))
        .map(line -> line.replaceAll(".*reason=\"([a-z_]+)\".*", "$1"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "hang, timeout",
    "never-accept, timeout",
    "full-backlog, timeout",
    "delay:5s, timeout",
    "slow:1/1s, timeout",
    "no-socket:nothing, refused",
    "no-socket:file, refused",
    "no-socket:fifo, refused",
    "no-socket:directory, refused",
    "no-socket:dangling-link, refused",
    "no-socket:datagram-socket, refused",
    "refuse, refused",
    "reset:0, refused",
    "reset:100, malformed",
    "reset:40000, malformed",
    "cut:50, malformed",
    "half-body, malformed",
    "wrong-length:two, malformed",
    "wrong-length:too-long, malformed",
    "broken-chunk, malformed",
    "garbage, malformed",
    "gzipped, malformed",
    "endless, too_large",
    "status:204, status",
    "status:404, status",
    "status:500, status",
    "redirect:/metrics, status",
  })
  void aFaultCostsItsOwnSandboxOnlyAndIsCounted(String fault, String reason) throws Exception {
    faulty.fault(Fault.parse(fault));
    watch("-max-shim-response-bytes=1MiB");

    var lines = scrape();

    assertThat(failures(lines, faulty)).containsExactly(reason);
    assertThat(samples(lines, faulty)).isZero();
    assertThat(samples(lines, good)).isEqualTo(SAMPLES);
    assertThat(lines).contains("# TYPE kata_monitor_sandbox_up gauge");
  }

  @Test
  void aShimThatHealsIsThereAtTheNextScrape() throws Exception {
    faulty.fault(Fault.parse("status:500"));
    watch();
    assertThat(samples(scrape(), faulty)).isZero();

    faulty.fault(Fault.NONE);

    assertThat(samples(scrape(), faulty)).isEqualTo(SAMPLES);
  }

  @Test
  void afterThreeTimeoutsAShimIsLeftAlone() throws Exception {
    faulty.fault(Fault.parse("hang"));
    watch();
    for (int i = 0; i < 3; i++) {
      scrape();
    }
    int asked = faulty.connections();

    var lines = scrape();

    assertThat(failures(lines, faulty)).contains("timeout", "backoff");
    assertThat(faulty.connections()).isEqualTo(asked);
    assertThat(samples(lines, good)).isEqualTo(SAMPLES);
  }

  @Test
  void aShimThatCouldAbortIsNotAskedUnlessTheOperatorSaysSo() throws Exception {
    var qemu = node.addSandbox(Layout.RUNTIME_RS).hypervisor("qemu");
    var unreadable = node.addSandbox(Layout.RUNTIME_RS).stateFile("{");
    watch();

    var lines = scrape();
    daemon.get("/metrics?sandbox=" + qemu.id());

    for (var sandbox : List.of(qemu, unreadable)) {
      assertThat(failures(lines, sandbox)).containsExactly("unsafe_hypervisor");
      assertThat(sandbox.requests()).isZero();
    }
    daemon.close();
    watch("-runtime-rs-scrape=always");
    assertThat(samples(scrape(), qemu)).isPositive();
  }

  @Test
  void scrapesThatOverlapAskEachShimOnce() throws Exception {
    faulty.fault(Fault.parse("delay:300ms"));
    watch();
    var others = new ArrayList<Thread>();
    for (int i = 0; i < 5; i++) {
      others.add(
          Thread.startVirtualThread(() -> {
            try {
              daemon.get("/metrics");
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }));
    }
    for (var other : others) {
      other.join();
    }

    assertThat(good.scrapes()).isEqualTo(1);
  }
}

package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sandboxes use on the host, over a generated cgroup tree (v2). */
class HostUsageTest {
  private static final String POD =
      "/kubepods/burstable/pod1a2b3c4d-0001-4002-8003-00000000000a/kata_";
  private static final String HOST_AND_OWN = "/metrics?filter_family=kata_pod_host,kata_monitor";

  @TempDir Path cgroups;
  private final SimulatedNode node = SimulatedNode.start();
  private final SimulatedSandbox good = node.addSandbox();
  private final SimulatedSandbox hung = node.addSandbox().fault(new Fault.Hang());
  private final SimulatedSandbox notScraped = node.addSandbox(Layout.RUNTIME_RS);

  @BeforeEach
  void makeCgroups() throws IOException {
    notScraped.hypervisor("qemu");
    // The simulated runtime's uids are others than that of the path.
    node.sandboxes().forEach(sandbox -> sandbox.podKnown(false));
    Files.writeString(cgroups.resolve("cgroup.controllers"), "cpu memory\n");
    for (var sandbox : List.of(good, hung)) {
      Files.writeString(
          sandbox.directory().resolve("persist.json"),
          """
          {"SandboxCgroupPath":"%s","OverheadCgroupPath":"",
           "Config":{"HypervisorType":"qemu","SandboxCgroupOnly":true}}
          """
              .formatted(POD + sandbox.id()));
      var cgroup = cgroup(sandbox);
      Files.createDirectories(cgroup);
      Files.writeString(cgroup.resolve("cpu.stat"), "usage_usec 12500000\nthrottled_usec 250000\n");
      Files.writeString(cgroup.resolve("cpu.max"), "150000 100000\n");
      Files.writeString(cgroup.resolve("memory.current"), "3000000\n");
      Files.writeString(cgroup.resolve("memory.stat"), "inactive_file 1000000\n");
      Files.writeString(cgroup.resolve("memory.events"), "oom_kill 2\n");
      Files.writeString(cgroup.resolve("memory.max"), "4000000\n");
    }
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Path cgroup(SimulatedSandbox sandbox) {
    return cgroups.resolve(POD.substring(1) + sandbox.id());
  }

  private RunningDaemon watch() throws Exception {
    return new Scrapes(node, "-cgroup-root=" + cgroups, "-scrape-timeout=500ms").daemon();
  }

  private static String ofOne(SimulatedSandbox sandbox) {
    return "/metrics?labels=true&sandbox=" + sandbox.id();
  }

  private static List<String> hostSamples(String body, SimulatedSandbox sandbox) {
    return body.lines()
        .filter(line -> line.startsWith("kata_pod_host_"))
        .filter(line -> line.contains("sandbox_id=\"" + sandbox.id() + "\""))
        .map(line -> line.replaceAll("sandbox_id=.*}", "}"))
        .toList();
  }

  private static void hasUsage(String body, SimulatedSandbox sandbox) {
    assertThat(hostSamples(body, sandbox))
        .containsExactly(
            "kata_pod_host_cpu_quota_cores{} 1.5",
            "kata_pod_host_cpu_throttled_seconds_total{} 0.25",
            "kata_pod_host_cpu_usage_seconds_total{} 12.5",
            "kata_pod_host_info{layout=\"pod\",} 1",
            "kata_pod_host_memory_limit_bytes{} 4000000",
            "kata_pod_host_memory_oom_kills_total{} 2",
            "kata_pod_host_memory_usage_bytes{} 3000000",
            "kata_pod_host_memory_working_set_bytes{} 2000000");
  }

  private static long shimSamples(String body, SimulatedSandbox sandbox) {
    return new Scrapes.Scrape(body.lines().toList()).samples(sandbox.id());
  }

  @Test
  void scrapeHasTheUsageOfEverySandboxIndependentOfItsShim() throws Exception {
    try (var daemon = watch()) {
      var body = daemon.get("/metrics").body();

      hasUsage(body, good);
      hasUsage(body, hung);
      assertThat(hostSamples(body, notScraped))
          .containsExactly("kata_pod_host_info{layout=\"unknown\",} 1");
      assertThat(shimSamples(body, good)).isEqualTo(Scrapes.SAMPLES);
    }
  }

  @Test
  void ownFamiliesNeedNoRequestToAShim() throws Exception {
    try (var daemon = watch()) {
      var body = daemon.get(HOST_AND_OWN).body();

      hasUsage(body, good);
      hasUsage(body, hung);
      assertThat(body).contains("kata_monitor_running_shim_count 3\n");
      assertThat(body.lines())
          .allMatch(line -> line.matches("(# .... )?kata_(pod_host|monitor)_.*"));
      assertThat(good.connections() + hung.connections() + notScraped.connections()).isZero();

      daemon.get("/metrics");
      assertThat(daemon.get(HOST_AND_OWN).body())
          .contains("kata_monitor_sandbox_up{sandbox_id=\"" + good.id() + "\"");
      assertThat(good.requests()).isEqualTo(1);
    }
  }

  @Test
  void scrapeOfOneSandboxHasItsOwnSeriesAndNotTheNodes() throws Exception {
    try (var daemon = watch()) {
      var body = daemon.get(ofOne(good)).body();

      hasUsage(body, good);
      assertThat(shimSamples(body, good)).isEqualTo(Scrapes.SAMPLES);
      assertThat(body.lines())
          .anyMatch(line -> line.startsWith("kata_monitor_sandbox_up{") && line.endsWith("} 1"))
          .filteredOn(line -> !line.startsWith("#"))
          .allMatch(line -> line.contains("sandbox_id=\"" + good.id() + "\""));
    }
  }

  @Test
  void sandboxWhoseShimFailsOrIsNotScrapedStillHasThem() throws Exception {
    try (var daemon = watch()) {
      var failed = daemon.get(ofOne(hung));
      var skipped = daemon.get(ofOne(notScraped));
      var unwanted = daemon.get(ofOne(good) + "&filter_family=kata_pod_host");

      assertThat(failed.statusCode()).isEqualTo(200);
      hasUsage(failed.body(), hung);
      assertThat(failed.body().lines())
          .anyMatch(line -> line.startsWith("kata_monitor_sandbox_up{") && line.endsWith("} 0"));
      assertThat(skipped.statusCode()).isEqualTo(200);
      assertThat(hostSamples(skipped.body(), notScraped)).hasSize(1);
      assertThat(skipped.body()).doesNotContain("kata_monitor_sandbox_up");
      hasUsage(unwanted.body(), good);
      assertThat(good.connections()).isZero();
    }
  }

  @Test
  void emptyRootDisablesHostUsage() throws Exception {
    try (var daemon = SimulatedNodes.watch(node, "-cgroup-root=", "-scrape-timeout=500ms")) {
      assertThat(daemon.get("/metrics").body())
          .contains("kata_monitor_running_shim_count 3\n")
          .doesNotContain("kata_pod_host");
    }
  }

  @Test
  void hungCgroupsLoseOnlyTheirSeries() throws Exception {
    var file = cgroup(good).resolve("memory.current");
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    try (var daemon = watch()) {
      for (int scrape = 0; scrape < 2; scrape++) {
        var response = daemon.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "1");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(hostSamples(response.body(), good)).isEmpty();
        assertThat(shimSamples(response.body(), good)).isEqualTo(Scrapes.SAMPLES);
        assertThat(response.body())
            .contains("kata_monitor_scrape_failed_count")
            .contains("kata_monitor_sandbox_up{sandbox_id=\"" + good.id() + "\"");
        assertThat(daemon.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(daemon.get(HOST_AND_OWN).statusCode()).isEqualTo(200);
      }
    } finally {
      // Lets the file thread go on: read and write, so that it does not wait for a reader.
      try (var fifo = new RandomAccessFile(file.toFile(), "rw")) {
        fifo.write('1');
      }
    }
  }
}

package io.katamonitor.it;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.HostileBody;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus over twenty sandboxes, one of them hostile and one hung. */
@Tag("system")
class PrometheusTest {
  /** Of a healthy shim. */
  private static final String SAMPLES = "1140";

  private final SimulatedNode node = SimulatedNode.start();
  @TempDir private Path folder;
  private RunningDaemon daemon;

  @BeforeEach
  void start() throws Exception {
    node.addSandboxes(16, Layout.GO);
    node.addSandboxes(4, Layout.RUNTIME_RS);
    // With this one the Go daemon's whole response is rejected: it has its own labels twice.
    node.sandboxes().get(3).fault(new Fault.Hostile(HostileBody.RESERVED_LABELS));
    node.sandboxes().get(7).fault(new Fault.Hang());
    daemon = SimulatedNodes.watch(node);
  }

  @AfterEach
  void stop() {
    daemon.close();
    node.close();
  }

  @Test
  void scrapeOfTheNodeHasEverySandboxExceptTheHungOne() throws Exception {
    var configuration =
        """
        - job_name: node
          static_configs:
            - targets: ["127.0.0.1:%d"]
        """
            .formatted(daemon.port());
    try (var prometheus = RealPrometheus.start(folder, configuration)) {
      prometheus.awaitValue("up{job=\"node\"}", "1");
      prometheus.awaitValue("count(count by (sandbox_id) (kata_guest_load))", "19");
      prometheus.awaitValue("sum(kata_monitor_sandbox_up)", "19");
      var hung = node.sandboxes().get(7);
      prometheus.awaitValue("kata_monitor_sandbox_up{sandbox_id=\"" + hung.id() + "\"}", "0");
      var good = node.sandboxes().getFirst();
      prometheus.awaitValue(
          "count({sandbox_id=\"%s\",__name__!~\"kata_(monitor|pod)_.*\"})".formatted(good.id()),
          SAMPLES);
      var pod = good.identity();
      prometheus.awaitValue(
          "count(kata_shim_threads{cri_uid=\"%s\",cri_name=\"%s\",cri_namespace=\"%s\"})"
              .formatted(pod.uid(), pod.podName(), pod.namespace()),
          "1");
      prometheus.awaitValue(
          "count(kata_guest_load{sandbox_id=\"%s\",exported_sandbox_id=\"other\"})"
              .formatted(node.sandboxes().get(3).id()),
          "3");
      prometheus.awaitValue("min_over_time(up{job=\"node\"}[1m])", "1");
    }
  }

  @Test
  void serviceDiscoveryMakesEverySandboxATarget() throws Exception {
    var configuration =
        """
        - job_name: sandboxes
          http_sd_configs:
            - url: http://127.0.0.1:%d/sd
              refresh_interval: 1s
        """
            .formatted(daemon.port());
    try (var prometheus = RealPrometheus.start(folder, configuration)) {
      prometheus.awaitValue("count(up{job=\"sandboxes\"})", "20");
      prometheus.awaitValue("sum(kata_monitor_sandbox_up)", "19");
      var good = node.sandboxes().getFirst();
      prometheus.awaitValue(
          "count({sandbox_id=\"%s\",__name__!~\"kata_(monitor|pod)_.*\"})".formatted(good.id()),
          SAMPLES);
      prometheus.awaitValue(
          "count(kata_shim_threads{cri_name=\"%s\"})".formatted(good.identity().podName()), "1");
      var gone = node.sandboxes().get(1);
      gone.remove();
      prometheus.awaitValue("count(up{job=\"sandboxes\"})", "19");
    }
  }
}

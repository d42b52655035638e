package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sim.CgroupVersion;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage that guests report, with simulated shims of both runtimes. */
class GuestUsageTest {
  private static final List<String> FAMILIES =
      List.of(
          "kata_pod_guest_cpu_usage_seconds_total",
          "kata_pod_guest_load1",
          "kata_pod_guest_memory_available_bytes",
          "kata_pod_guest_memory_total_bytes",
          "kata_pod_guest_memory_working_set_bytes",
          "kata_pod_guest_network_receive_bytes_total",
          "kata_pod_guest_network_transmit_bytes_total",
          "kata_pod_guest_oom_kills_total");

  private final SimulatedNode node =
      SimulatedNode.start(SimulatedNode.Options.kata(CgroupVersion.V2));
  private final SimulatedSandbox go = node.addSandbox(Layout.GO);
  private final SimulatedSandbox runtimeRs = node.addSandbox(Layout.RUNTIME_RS);
  private final SimulatedSandbox denied = node.addSandbox(Layout.GO).fault(new Fault.Denied());
  private final SimulatedSandbox notScraped = node.addSandbox(Layout.RUNTIME_RS).hypervisor("qemu");

  @AfterEach
  void stop() {
    node.close();
  }

  private static List<String> guestFamilies(String body, SimulatedSandbox sandbox) {
    return body.lines()
        .filter(line -> line.startsWith("kata_pod_guest_"))
        .filter(line -> line.contains("sandbox_id=\"" + sandbox.id() + "\""))
        .map(line -> line.substring(0, line.indexOf('{')))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-log-level=info",
        "-metric-denylist=kata_guest_.*",
        "-metric-allowlist=kata_shim_threads"
      })
  void guestsThatReportUsageHaveEverySeriesDespiteTheLists(String flag) throws Exception {
    try (var daemon = SimulatedNodes.watch(node, flag)) {
      for (int i = 0; i < 2; i++) {
        var body = daemon.get("/metrics").body();

        assertThat(guestFamilies(body, go)).containsExactlyElementsOf(FAMILIES);
        assertThat(guestFamilies(body, runtimeRs)).containsExactlyElementsOf(FAMILIES);
        assertThat(guestFamilies(body, denied)).isEmpty();
        assertThat(guestFamilies(body, notScraped)).isEmpty();
        assertThat(body.contains("\nkata_guest_load{")).isEqualTo(flag.startsWith("-log"));
      }
    }
  }

  @Test
  void lowCardinalityScrapeAndThatOfOneSandboxHaveThem() throws Exception {
    try (var daemon = SimulatedNodes.watch(node)) {
      var pods = daemon.get("/metrics?filter_family=kata_pod,kata_monitor").body();
      assertThat(guestFamilies(pods, go)).containsExactlyElementsOf(FAMILIES);
      assertThat(pods).doesNotContain("\nkata_guest_", "\nkata_shim_");

      var one = daemon.get("/metrics?labels=true&sandbox=" + go.id()).body();
      assertThat(guestFamilies(one, go)).containsExactlyElementsOf(FAMILIES);
      assertThat(one)
          .contains("\nkata_monitor_sandbox_info{runtime=\"go\",hypervisor=\"")
          .contains("\nkata_monitor_sandbox_created_timestamp_seconds{");

      var other = daemon.get("/metrics?labels=true&sandbox=" + notScraped.id());
      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.body()).contains("kata_monitor_sandbox_info{runtime=\"runtime-rs\"");
    }
  }
}

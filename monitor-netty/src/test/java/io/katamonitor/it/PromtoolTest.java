package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sim.Fault;
import io.katamonitor.sim.HostileBody;
import io.katamonitor.sim.SimulatedNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PromtoolTest {
  private final SimulatedNode node = SimulatedNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void acceptsTheAnswerWhateverTheShimsSend() throws Exception {
    var good = node.addSandbox();
    for (var hostile : HostileBody.values()) {
      node.addSandbox().fault(new Fault.Hostile(hostile));
    }
    for (String flag : new String[] {"-allow-foreign-families=false", "-allow-foreign-families"}) {
      try (var daemon = SimulatedNodes.watch(node, flag)) {
        var answer = daemon.get("/metrics").body();
        Tool.promtoolAccepts(answer.getBytes(StandardCharsets.UTF_8));
        long samples =
            answer
                .lines()
                .filter(line -> line.contains("sandbox_id=\"" + good.id() + "\""))
                .filter(line -> !line.startsWith("kata_monitor_"))
                .count();
        assertThat(samples).as(flag).isEqualTo(1140);
      }
    }
  }

  @Test
  void acceptsOneSandboxWithAndWithoutLabelsAndFilteredFamilies() throws Exception {
    var sandbox = node.addSandbox();
    try (var daemon = SimulatedNodes.watch(node)) {
      for (String path :
          new String[] {
            "/metrics?sandbox=" + sandbox.id(),
            "/metrics?labels=true&sandbox=" + sandbox.id(),
            "/metrics?filter_family=kata_guest,kata_shim_go"
          }) {
        var answer = daemon.get(path).body();
        assertThat(answer).as(path).contains("kata_guest_load{");
        Tool.promtoolAccepts(answer.getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}

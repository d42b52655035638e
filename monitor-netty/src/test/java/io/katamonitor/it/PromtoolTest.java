package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sim.Fault;
import io.katamonitor.sim.HostileBody;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("system")
class PromtoolTest {
  private final SimulatedNode node = SimulatedNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void acceptsTheResponseForAllShimBodies() throws Exception {
    var good = node.addSandbox();
    for (var hostile : HostileBody.values()) {
      node.addSandbox().fault(new Fault.Hostile(hostile));
    }
    for (String flag : new String[] {"-allow-foreign-families=false", "-allow-foreign-families"}) {
      try (var daemon = SimulatedNodes.watch(node, flag)) {
        var response = daemon.get("/metrics").body();
        Tool.promtoolAccepts(response.getBytes(UTF_8));
        long samples =
            response
                .lines()
                .filter(line -> line.contains("sandbox_id=\"" + good.id() + "\""))
                .filter(line -> !line.startsWith("kata_monitor_"))
                .filter(line -> !line.startsWith("kata_pod_"))
                .count();
        assertThat(samples).as(flag).isEqualTo(1140);
      }
    }
  }

  @Test
  void familyOfAnotherTypeLosesNoSample() throws Exception {
    var well = node.addSandboxes(2, Layout.GO);
    var hostile = node.addSandbox().fault(new Fault.Hostile(HostileBody.TYPE_CONFLICT));
    try (var scrapes = new Scrapes(node)) {
      for (int before = 0; before < 3; before++) {
        var response = scrapes.next();
        Tool.promtoolAccepts((String.join("\n", response.lines()) + "\n").getBytes(UTF_8));
        for (var one : well) {
          assertThat(response.samples(one.id())).isEqualTo(Scrapes.SAMPLES);
        }
        assertThat(response.samples(hostile.id())).isEqualTo(Scrapes.SAMPLES);
        assertThat(response.value("kata_monitor_type_conflicts_total", ""))
            .isEqualTo("" + 2 * before);
      }
    }
  }

  /** A conflict that truncates upstream's response at a random place affects only one family. */
  @ParameterizedTest
  @CsvSource({
    "MONITOR_FAMILIES, reserved, 2, kata_monitor_scrape_count, 1140",
    "FOREIGN_FAMILIES, foreign, 2, up, 1140",
  })
  void onlyTheForbiddenFamilyIsDroppedAndCounted(
      HostileBody body, String reason, int families, String family, int samplesLeft)
      throws Exception {
    var well = node.addSandboxes(2, Layout.GO);
    var hostile = node.addSandbox().fault(new Fault.Hostile(body));
    try (var scrapes = new Scrapes(node)) {
      // The count in a response is that of the scrapes before.
      for (int before = 0; before < 5; before++) {
        var response = scrapes.next();
        Tool.promtoolAccepts((String.join("\n", response.lines()) + "\n").getBytes(UTF_8));
        for (var one : well) {
          assertThat(response.samples(one.id())).isEqualTo(Scrapes.SAMPLES);
        }
        assertThat(response.samples(hostile.id())).isEqualTo(samplesLeft);
        assertThat(response.failures(hostile.id())).isEmpty();
        assertThat(response.value(family, hostile.id())).isEmpty();
        assertThat(response.value("kata_monitor_families_dropped_total", '"' + reason + '"'))
            .isEqualTo("" + families * before);
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
        var response = daemon.get(path).body();
        assertThat(response).as(path).contains("kata_guest_load{");
        Tool.promtoolAccepts(response.getBytes(UTF_8));
      }
    }
  }
}

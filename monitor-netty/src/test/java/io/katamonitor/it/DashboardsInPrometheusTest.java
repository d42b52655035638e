package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.CgroupVersion;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.HostileBody;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.Preset;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.Stories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every panel of every dashboard, drawn from a real Prometheus over a simulated node of 26
 * sandboxes, with the shipped scrape configurations and rules. The pictures are in
 * target/dashboards: look at them after a change to a dashboard, and copy those of a run with
 * -Dhistory=45 to docs/images.
 */
@Tag("system")
class DashboardsInPrometheusTest {
  private static final Path DEPLOY = Path.of("../deploy");
  private static final Path FILES = DEPLOY.resolve("helm/kata-monitor/files");
  private static final Path PICTURES = Path.of("target/dashboards");
  private static final int WIDTH = 1072;

  /** Seconds of history in the pictures; those in docs/images have 45. */
  private static final int HISTORY = Integer.getInteger("history", 12);

  /** For the history, and for a busy machine. */
  private static final int PATIENCE = 240;

  private static Browser browser;

  private final SimulatedNode node =
      SimulatedNode.start(SimulatedNode.Options.kata(CgroupVersion.V2));
  private final long began = System.nanoTime();
  @TempDir private Path folder;
  private Stories stories;
  private RunningDaemon daemon;

  @BeforeAll
  static void startBrowser() throws Exception {
    browser = Browser.start();
    Files.createDirectories(PICTURES);
  }

  @AfterAll
  static void stopBrowser() throws Exception {
    browser.close();
  }

  @BeforeEach
  void start() throws Exception {
    stories = Stories.begin(node, Preset.ALL);
    node.addSandbox(Layout.GO).fault(new Fault.Hostile(HostileBody.RESERVED_LABELS));
    node.addSandbox(Layout.GO).fault(new Fault.Status(500));
    daemon =
        SimulatedNodes.watch(node, "-cgroup-root=" + node.cgroupRoot(), "-scrape-timeout=500ms");
  }

  @AfterEach
  void stop() {
    daemon.close();
    node.close();
  }

  /** The rules, all of them evaluated at each interval. */
  private List<Path> rules() throws IOException {
    var rules = folder.resolve("rules.yaml");
    Files.writeString(
        rules, Files.readString(FILES.resolve("rules.yaml")).replace("    interval: 1m\n", ""));
    return List.of(rules, FILES.resolve("alerts.yaml").toAbsolutePath());
  }

  /** The jobs of a shipped configuration, for this daemon, with the series of the detail row. */
  private String jobs(String configuration) throws IOException {
    var text = Files.readString(DEPLOY.resolve("prometheus").resolve(configuration));
    var own = "127.0.0.1:" + daemon.port();
    return text.substring(text.indexOf("scrape_configs:\n") + "scrape_configs:\n".length())
        .replace("\"node-1.example:8090\", \"node-2.example:8090\"", "\"" + own + "\"")
        .replace("node-1.example:8090", own)
        .replace("[\"kata_pod,kata_monitor\"]", "[\"kata_\"]");
  }

  private boolean hasHistory(RealPrometheus prometheus) {
    stories.advance((System.nanoTime() - began) / 1e9);
    node.updateCgroups();
    return prometheus.hasResult("count_over_time(node:kata_monitor_up:max[5m]) >= " + HISTORY);
  }

  @Timeout(2 * PATIENCE)
  @ParameterizedTest
  @CsvSource({"prometheus.yml, one-target", "prometheus-sandboxes.yml, target-per-sandbox"})
  void everyQueryOfEveryPanelHasDataAndIsDrawn(String configuration, String style)
      throws Exception {
    try (var prometheus = RealPrometheus.start(folder, jobs(configuration), rules())) {
      assertThat(RealPrometheus.isTrueWithin(PATIENCE, () -> hasHistory(prometheus))).isTrue();
      for (var dashboard : List.of("kata-fleet", "kata-node", "kata-pod", "kata-monitor")) {
        assertThat(draw(dashboard, prometheus, PICTURES.resolve(dashboard + "-" + style + ".png")))
            .as("queries of %s without data", dashboard)
            .isEqualTo("[]");
      }
    }
  }

  private static String draw(String dashboard, RealPrometheus prometheus, Path picture)
      throws IOException {
    var json = Files.readString(FILES.resolve("dashboards").resolve(dashboard + ".json"));
    long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    // The dashboard of a pod is for one at a time; the others begin with all.
    var pod = dashboard.equals("kata-pod") ? "busy-.*" : ".*";
    var variables = "{rateInterval:'15s',range:'1m',pod:'" + pod + "'}";
    browser.open(Browser.urlOf("dashboard.html"), WIDTH, false, true);
    browser.evaluate(
        "draw(%s,'%s',%d,%d,%s)".formatted(json, prometheus.url(), now - HISTORY, now, variables));
    var height = browser.evaluate("document.documentElement.scrollHeight");
    browser.screenshot(picture, Integer.parseInt(height));
    return browser.evaluate("window.drawn");
  }
}

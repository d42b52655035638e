package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files for Prometheus and Grafana, by Prometheus's own tool. */
final class PrometheusFilesTest {
  private static final Path FOLDER = Path.of("prometheus");

  @Test
  void alertsFireWhenTheyShould() throws Exception {
    assertThat(Program.output(FOLDER, "promtool", "test", "rules", "alerts.test.yaml"))
        .contains("SUCCESS");
  }

  @Test
  void everyAlertHasATest() throws IOException {
    String tests = Files.readString(FOLDER.resolve("alerts.test.yaml"));
    JsonNode groups =
        Manifests.YAML.readTree(Files.readString(Chart.FOLDER.resolve("files/alerts.yaml")));

    List<String> alerts = groups.findValuesAsText("alert");
    assertThat(alerts).hasSizeGreaterThan(5).allMatch(tests::contains);
  }

  @Test
  void scrapeConfigurationIsValid() throws Exception {
    assertThat(Program.output(FOLDER, "promtool", "check", "config", "prometheus.yml"))
        .contains("SUCCESS");
  }

  /** Debian's promtool is built without Kubernetes discovery: a fixed target stands in for it. */
  @Test
  void kubernetesScrapeConfigurationIsValid(@TempDir Path folder) throws Exception {
    String text =
        Files.readString(FOLDER.resolve("prometheus-kubernetes.yml"))
            .replace("kubernetes_sd_configs:\n      - role: pod", "static_configs: []")
            .replace("../helm", FOLDER.toAbsolutePath().resolveSibling("helm").toString());
    Files.writeString(folder.resolve("prometheus.yml"), text);

    assertThat(text).contains("static_configs");
    assertThat(Program.output(folder, "promtool", "check", "config", "prometheus.yml"))
        .contains("SUCCESS");
  }

  @Test
  void dashboardsQueriesAreValid(@TempDir Path folder) throws Exception {
    JsonNode dashboard =
        Manifests.YAML.readTree(Files.readString(Chart.FOLDER.resolve("files/dashboard.json")));
    List<String> expressions = dashboard.findValuesAsText("expr");
    var rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    for (int i = 0; i < expressions.size(); i++) {
      String expression = expressions.get(i).replace("$__rate_interval", "2m");
      rules.append("      - record: query_").append(i).append('\n');
      rules.append("        expr: '").append(expression.replace("'", "''")).append("'\n");
    }
    Files.writeString(folder.resolve("queries.yaml"), rules);

    assertThat(expressions).hasSizeGreaterThan(15);
    assertThat(Program.output(folder, "promtool", "check", "rules", "queries.yaml"))
        .contains(expressions.size() + " rules found");
  }

  @Test
  void dashboardsPanelsHaveIdsOfTheirOwn() throws IOException {
    JsonNode dashboard =
        Manifests.YAML.readTree(Files.readString(Chart.FOLDER.resolve("files/dashboard.json")));

    assertThat(dashboard.get("panels").findValuesAsText("id")).doesNotHaveDuplicates();
  }
}

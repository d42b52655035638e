package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files for Prometheus, by Prometheus's own tool. */
final class PrometheusFilesTest {
  private static final Path FOLDER = Path.of("prometheus");
  private static final Path FILES = Chart.FOLDER.resolve("files");
  private static final Path RUNBOOKS = Path.of("../docs/runbooks");

  @Tag("system")
  @ParameterizedTest
  @ValueSource(strings = {"rules.test.yaml", "alerts.test.yaml", "kubernetes-mixin.test.yaml"})
  void rulesGiveTheExpectedValues(String file) throws Exception {
    assertThat(Program.output(FOLDER, "promtool", "test", "rules", file)).contains("SUCCESS");
  }

  @Test
  void everyRuleHasATest() throws IOException {
    String tests =
        Files.readString(FOLDER.resolve("rules.test.yaml"))
            + Files.readString(FOLDER.resolve("kubernetes-mixin.test.yaml"));

    assertThat(rules("rules.yaml").findValuesAsText("record"))
        .hasSizeGreaterThan(20)
        .allMatch(tests::contains);
    assertThat(rules("rules-kubernetes-mixin.yaml").findValuesAsText("record"))
        .allMatch(tests::contains);
  }

  @Test
  void everyAlertFiresInATestAndHasARunbook() throws IOException {
    String tests = Files.readString(FOLDER.resolve("alerts.test.yaml"));

    List<String> alerts = rules("alerts.yaml").findValuesAsText("alert");
    assertThat(alerts).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    for (String alert : alerts) {
      assertThat(tests).contains("runbook: docs/runbooks/" + alert + ".md");
      assertThat(Files.readString(RUNBOOKS.resolve(alert + ".md")))
          .startsWith("# " + alert + "\n")
          .contains("## Meaning\n", "## Impact\n", "## Diagnosis\n", "## Mitigation\n");
    }
    try (var pages = Files.list(RUNBOOKS)) {
      assertThat(pages.map(page -> page.getFileName().toString().replace(".md", "")))
          .containsExactlyInAnyOrderElementsOf(alerts);
    }
  }

  @Test
  void everyAlertHasSeverityNodeAndRunbook() throws IOException {
    for (JsonNode group : rules("alerts.yaml").get("groups")) {
      for (JsonNode alert : group.get("rules")) {
        String name = alert.get("alert").asText();
        assertThat(alert.at("/labels/severity").asText()).isIn("info", "warning", "critical");
        assertThat(alert.at("/annotations/runbook").asText())
            .isEqualTo("docs/runbooks/" + name + ".md");
        if (!name.equals("KataMonitorAbsent")) {
          assertThat(alert.at("/annotations/summary").asText()).contains("$labels.node");
        }
      }
    }
  }

  @Tag("system")
  @ParameterizedTest
  @ValueSource(strings = {"prometheus.yml", "prometheus-sandboxes.yml"})
  void scrapeConfigurationIsValid(String file) throws Exception {
    assertThat(Program.output(FOLDER, "promtool", "check", "config", file)).contains("SUCCESS");
  }

  /** Debian's promtool is built without Kubernetes discovery: it is replaced by a fixed target. */
  @Tag("system")
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

  /** A limit on samples or bytes of a node's target would let one guest fail all sandboxes. */
  @ParameterizedTest
  @ValueSource(
      strings = {"prometheus.yml", "prometheus-sandboxes.yml", "prometheus-kubernetes.yml"})
  void jobsLimitLabelsAndJobsOfNodesNothingElse(String file) throws IOException {
    JsonNode jobs =
        Manifests.YAML.readTree(Files.readString(FOLDER.resolve(file))).get("scrape_configs");
    for (JsonNode job : jobs) {
      assertThat(job.get("label_limit").asInt()).isEqualTo(64);
      assertThat(job.get("label_name_length_limit").asInt()).isEqualTo(256);
      assertThat(job.get("label_value_length_limit").asInt()).isEqualTo(1024);
      boolean node = job.get("job_name").asText().equals("kata-monitor");
      assertThat(job.has("sample_limit")).isEqualTo(!node);
      assertThat(job.has("body_size_limit")).isEqualTo(!node);
      assertThat(job.toString()).contains("\"target_label\":\"node\"");
    }
  }

  private static JsonNode rules(String file) throws IOException {
    return Manifests.YAML.readTree(Files.readString(FILES.resolve(file)));
  }
}

package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules and dashboards as rendered by the chart. */
final class RulesTemplateTest {
  @Test
  void rulesHaveTheLabelsThatTheOperatorSelectsAndTheJobOfTheChart() throws IOException {
    PrometheusRule object =
        Chart.render(
                """
                nameOverride: kata
                prometheus: {rules: {enabled: true, additionalLabels: {release: p}}}
                """)
            .one(PrometheusRule.class);

    assertThat(object.getMetadata().getLabels()).containsEntry("release", "p");
    assertThat(object.getSpec().getGroups())
        .extracting(group -> group.getName())
        .containsExactly(
            "kata-pods",
            "kata-pods-detail",
            "kata-monitor",
            "kata-sandboxes-alerts",
            "kata-pods-alerts");
    assertThat(object.getSpec().getGroups().get(1).getInterval()).isEqualTo("1m");
    assertThat(rule(rules(object), "KataMonitorDown").getExpr().getStrVal())
        .isEqualTo("up{job=\"kata\"} == 0");
    assertThat(object.toString()).doesNotContain("job=\"kata-monitor\"");
  }

  /** The chart parses and renders the rules: the installed ones are equal to the files. */
  @Tag("system")
  @Test
  void rulesOfTheChartPassTheirTests(@TempDir Path folder) throws Exception {
    String yaml = Chart.text("prometheus: {rules: {enabled: true, kubernetesMixin: true}}");
    PrometheusRule object = Manifests.parse(yaml).one(PrometheusRule.class);
    Files.writeString(
        folder.resolve("rules.yaml"), Manifests.YAML.writeValueAsString(object.getSpec()));

    assertThat(Program.output(folder, "promtool", "check", "rules", "rules.yaml"))
        .contains(rules(object).size() + " rules found");
    for (String file : List.of("rules.test.yaml", "alerts.test.yaml")) {
      String test =
          Files.readString(Path.of("prometheus").resolve(file))
              .replace("  - ../helm/kata-monitor/files/alerts.yaml\n", "")
              .replace("../helm/kata-monitor/files/rules.yaml", "rules.yaml");
      Files.writeString(folder.resolve(file), test.replaceAll("group_eval_order: .*", ORDER));
      assertThat(Program.output(folder, "promtool", "test", "rules", file)).contains("SUCCESS");
    }
  }

  private static final String ORDER =
      "group_eval_order: [kata-pods, kata-pods-detail, kata-monitor, kata-sandboxes-alerts,"
          + " kata-pods-alerts, kata-kubernetes-mixin]";

  @Test
  void alertsCanBeChangedAndDisabledOneByOne() throws IOException {
    List<Rule> rules =
        rules(
            Chart.render(
                    """
                    prometheus:
                      rules:
                        enabled: true
                        runbookBaseUrl: https://runbooks.example/kata
                        alerts:
                          KataMonitorDown: {for: 1m, severity: critical}
                          KataMonitorScrapeSlow: {expr: 'scrape_duration_seconds > 3'}
                          KataSandboxesWithoutPod: {enabled: false}
                    """)
                .one(PrometheusRule.class));

    Rule down = rule(rules, "KataMonitorDown");
    assertThat(down.getFor()).isEqualTo("1m");
    assertThat(down.getLabels()).containsEntry("severity", "critical");
    assertThat(down.getAnnotations())
        .containsEntry("runbook_url", "https://runbooks.example/kata/KataMonitorDown.md");
    assertThat(rule(rules, "KataMonitorScrapeSlow").getExpr().getStrVal())
        .isEqualTo("scrape_duration_seconds > 3");
    assertThat(rule(rules, "KataMonitorAbsent").getFor()).isEqualTo("10m");
    assertThat(rules).noneMatch(rule -> "KataSandboxesWithoutPod".equals(rule.getAlert()));
  }

  @Test
  void mixinRulesAreOptional() throws IOException {
    assertThat(Chart.text("prometheus: {rules: {enabled: true}}"))
        .doesNotContain("node_namespace_pod_container");
    assertThat(Chart.text("prometheus: {rules: {enabled: true, kubernetesMixin: true}}"))
        .contains("node_namespace_pod_container:container_memory_working_set_bytes");
  }

  @Test
  void dashboardsAreInOneConfigMapWithTheJobOfTheChart() throws IOException {
    ConfigMap map =
        Chart.render("{nameOverride: kata, grafana: {dashboard: {enabled: true}}}")
            .one(ConfigMap.class);

    assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    assertThat(map.getData()).hasSize(4);
    for (Path file : Dashboard.files()) {
      assertThat(Manifests.YAML.readTree(map.getData().get(file.getFileName().toString())))
          .isEqualTo(
              Manifests.YAML.readTree(
                  Files.readString(file).replace("job=\\\"kata-monitor\\\"", "job=\\\"kata\\\"")));
    }
    assertThat(map.getData().toString()).doesNotContain("job=\\\"kata-monitor\\\"");
  }

  private static List<Rule> rules(PrometheusRule object) {
    return object.getSpec().getGroups().stream()
        .flatMap(group -> group.getRules().stream())
        .toList();
  }

  private static Rule rule(List<Rule> rules, String alert) {
    return rules.stream().filter(rule -> alert.equals(rule.getAlert())).findFirst().orElseThrow();
  }
}

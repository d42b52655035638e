package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every query of every panel returns data for the series that a node has, in each style of
 * scraping: promtool evaluates recording rules and queries over them.
 */
@Tag("system")
final class DashboardDataTest {
  /** How Prometheus scrapes a node: one target, or each sandbox as a target beside the node's. */
  enum Style {
    ONE_TARGET,
    TARGET_PER_SANDBOX
  }

  private static final String NODE = "job=\"kata-monitor\",instance=\"n1:8090\",node=\"n1\"";

  @ParameterizedTest
  @EnumSource
  void everyQueryReturnsData(Style style, @TempDir Path folder) throws Exception {
    JsonNode names =
        Manifests.YAML.readTree(
            Files.readString(Path.of("src/test/resources/dashboard-series.yaml")));
    var test =
        new StringBuilder("rule_files: ['")
            .append(Chart.FOLDER.resolve("files/rules.yaml").toAbsolutePath())
            .append("']\nevaluation_interval: 30s\n")
            .append("group_eval_order: [kata-pods, kata-pods-detail]\n")
            .append("tests:\n  - interval: 30s\n    input_series:\n");
    for (String series : series(names, style)) {
      test.append("      - {series: '").append(series).append("', values: '0+1x60'}\n");
    }
    test.append("    promql_expr_test:\n");
    List<String> queries = new ArrayList<>();
    for (Dashboard dashboard : Dashboard.all()) {
      queries.addAll(dashboard.queries());
    }
    for (String query : queries) {
      test.append("      - expr: 'count(").append(query.replace("'", "''")).append(") > bool 0'\n");
      test.append("        eval_time: 25m\n");
      test.append("        exp_samples: [{labels: '{}', value: 1}]\n");
    }
    Files.writeString(folder.resolve("test.yaml"), test);

    assertThat(queries).hasSizeGreaterThan(100);
    assertThat(Program.run(folder, "promtool", "test", "rules", "test.yaml"))
        .as("%s", test)
        .extracting(Program::exitCode, Program::errors)
        .containsExactly(0, "");
  }

  private static List<String> series(JsonNode names, Style style) throws IOException {
    List<String> series = new ArrayList<>();
    names.get("node").forEach(name -> series.add(labelled(name.asText(), NODE)));
    for (String id : List.of("go", "rs", "host-only")) {
      String target =
          style == Style.ONE_TARGET
              ? NODE
              : "job=\"kata-sandboxes\",instance=\"n1:8090/" + id + "\",node=\"n1\"";
      String labels =
          "%s,sandbox_id=\"%s\",cri_uid=\"u-%s\",cri_name=\"pod-%s\",cri_namespace=\"shop\""
              .formatted(target, id, id, id);
      String runtime = id.equals("go") ? "go" : "runtime-rs";
      series.add(
          labelled(
              "kata_monitor_sandbox_info{runtime=\"" + runtime + "\",hypervisor=\"qemu\"}",
              labels));
      names.get("sandbox").forEach(name -> series.add(labelled(name.asText(), labels)));
      if (!id.equals("host-only")) {
        names.get("scraped").forEach(name -> series.add(labelled(name.asText(), labels)));
        names.get("detail").forEach(name -> series.add(labelled(name.asText(), labels)));
      }
    }
    return series;
  }

  private static String labelled(String series, String labels) {
    return series.endsWith("}")
        ? series.substring(0, series.length() - 1) + "," + labels + "}"
        : series + "{" + labels + "}";
  }
}

package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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

  /** Id of a sandbox whose pod the container runtime does not know. */
  private static final String UNKNOWN = "unknown";

  @ParameterizedTest
  @EnumSource
  void everyQueryReturnsData(Style style, @TempDir Path folder) throws Exception {
    List<String> queries = new ArrayList<>();
    for (Dashboard dashboard : Dashboard.all()) {
      queries.addAll(dashboard.queries());
    }

    assertThat(queries).hasSizeGreaterThan(100);
    assertReturnData(queries, style, folder);
  }

  @ParameterizedTest
  @EnumSource
  void everyPanelOfAPodHasDataWhereTheRuntimeDoesNotKnowIt(Style style, @TempDir Path folder)
      throws Exception {
    List<String> queries =
        dashboard("kata-pod").json().findValuesAsText("expr").stream()
            .filter(query -> query.contains("$pod"))
            .map(query -> Dashboard.withoutVariables(query.replace("$pod", UNKNOWN)))
            .toList();

    assertThat(queries).hasSizeGreaterThan(30);
    assertReturnData(queries, style, folder);
  }

  /** Host and guest have the same labels: "or" would leave one of them out. */
  @Test
  void oomKillsOfGuestAndHostAreAddedUp(@TempDir Path folder) throws Exception {
    String query = query("kata-pod", "OOM kills");
    for (String pod : List.of("pod-go", UNKNOWN)) {
      String both = Dashboard.withoutVariables(query.replace("$pod", pod));
      // Both have counted 50 after 25 minutes.
      assertReturnData(List.of("(" + both + ") == 100"), Style.ONE_TARGET, folder);
    }
  }

  /** The templates, which are on the heap, are as large as the bodies in the test's data. */
  @Test
  void memoryBudgetIsComparedWithTheMemoryOffTheHeap(@TempDir Path folder) throws Exception {
    String query = Dashboard.withoutVariables(query("kata-monitor", "Memory budget used"));
    assertReturnData(List.of("(" + query + ") == 1"), Style.ONE_TARGET, folder);
  }

  private static Dashboard dashboard(String name) throws IOException {
    return Dashboard.all().stream()
        .filter(one -> one.name().equals(name + ".json"))
        .findFirst()
        .orElseThrow();
  }

  /** The first query of the first panel with this title. */
  private static String query(String dashboard, String title) throws IOException {
    return dashboard(dashboard).panels().keySet().stream()
        .filter(panel -> panel.get("title").asText().equals(title))
        .findFirst()
        .orElseThrow()
        .findValuesAsText("expr")
        .getFirst();
  }

  private static void assertReturnData(List<String> queries, Style style, Path folder)
      throws Exception {
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
    for (String query : queries) {
      test.append("      - expr: 'count(").append(query.replace("'", "''")).append(") > bool 0'\n");
      test.append("        eval_time: 25m\n");
      test.append("        exp_samples: [{labels: '{}', value: 1}]\n");
    }
    Files.writeString(folder.resolve("test.yaml"), test);

    assertThat(Program.run(folder, "promtool", "test", "rules", "test.yaml"))
        .as("%s", test)
        .extracting(Program::exitCode, Program::errors)
        .containsExactly(0, "");
  }

  private static List<String> series(JsonNode names, Style style) throws IOException {
    List<String> series = new ArrayList<>();
    names.get("node").forEach(name -> series.add(labelled(name.asText(), NODE)));
    for (String id : List.of("go", "rs", "host-only", UNKNOWN)) {
      String target =
          style == Style.ONE_TARGET
              ? NODE
              : "job=\"kata-sandboxes\",instance=\"n1:8090/" + id + "\",node=\"n1\"";
      String pod =
          id.equals(UNKNOWN)
              ? "cri_uid=\"\",cri_name=\"\",cri_namespace=\"\""
              : "cri_uid=\"u-%s\",cri_name=\"pod-%s\",cri_namespace=\"shop\"".formatted(id, id);
      String labels = "%s,sandbox_id=\"%s\",%s".formatted(target, id, pod);
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

package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules for the dashboards beyond their schema. */
final class DashboardTest {
  static List<Dashboard> dashboards() throws IOException {
    return Dashboard.all();
  }

  @Test
  void thereAreFour() throws IOException {
    assertThat(dashboards())
        .extracting(dashboard -> dashboard.json().get("title").asText())
        .containsExactly("Kata / Fleet", "Kata / Monitor", "Kata / Node", "Kata / Pod");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void variablesAreClusterNodeNamespaceAndPodAndEachIsUsed(Dashboard dashboard) {
    assertThat(dashboard.variables())
        .extracting(variable -> variable.get("name").asText())
        .containsExactly("datasource", "cluster", "node", "namespace", "pod");
    String panels = dashboard.json().get("panels").toString();
    for (String variable : List.of("cluster", "node", "namespace", "pod")) {
      assertThat(panels).contains("$" + variable);
    }
    assertThat(dashboard.json().findValuesAsText("expr")).allMatch(e -> e.contains("$cluster"));
  }

  /** A target without the label cluster, or a sandbox without namespace, is matched by "All". */
  @ParameterizedTest
  @MethodSource("dashboards")
  void allMatchesAbsentLabelsToo(Dashboard dashboard) {
    assertThat(dashboard.variables())
        .filteredOn(variable -> variable.path("includeAll").asBoolean())
        .extracting(variable -> variable.get("allValue").asText())
        .containsOnly(".*");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everyPanelHasDescriptionDatasourceAndUnit(Dashboard dashboard) {
    for (JsonNode panel : dashboard.panels().keySet()) {
      String title = panel.get("title").asText();
      assertThat(panel.path("description").asText()).as(title).isNotEmpty();
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotEmpty();
      assertThat(panel.findValuesAsText("uid")).as(title).containsOnly("${datasource}");
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void bytesSecondsAndRatiosHaveTheirUnits(Dashboard dashboard) {
    dashboard.panels().keySet().stream()
        .filter(panel -> !panel.get("type").asText().equals("table"))
        .forEach(panel -> {
          String unit = panel.at("/fieldConfig/defaults/unit").asText();
          for (String expression : panel.findValuesAsText("expr")) {
            assertThat(unit)
                .as("%s of %s", expression, panel.get("title"))
                .isIn(DashboardUnits.of(expression));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void noQueryExcludesAPod(Dashboard dashboard) {
    assertThat(dashboard.queries())
        .noneMatch(q -> q.matches("(?s).*\\b(topk|bottomk|limitk)\\b.*"));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void idsAreUniqueAndPanelsDoNotOverlap(Dashboard dashboard) {
    assertThat(dashboard.elements())
        .extracting(panel -> panel.get("id").asInt())
        .doesNotHaveDuplicates();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : dashboard.elements()) {
      JsonNode at = panel.get("gridPos");
      assertThat(at.get("x").asInt() + at.get("w").asInt()).isLessThanOrEqualTo(24);
      for (int x = at.get("x").asInt(); x < at.get("x").asInt() + at.get("w").asInt(); x++) {
        for (int y = at.get("y").asInt(); y < at.get("y").asInt() + at.get("h").asInt(); y++) {
          assertThat(cells.add(x + "," + y)).as("%s at %s,%s", panel.get("title"), x, y).isTrue();
        }
      }
    }
  }

  @Tag("system")
  @ParameterizedTest
  @MethodSource("dashboards")
  void everyQueryParses(Dashboard dashboard, @TempDir Path folder) throws Exception {
    List<String> queries = dashboard.queries();
    var rules = new StringBuilder("groups:\n  - name: queries\n    rules:\n");
    for (int i = 0; i < queries.size(); i++) {
      rules.append("      - record: query_").append(i).append('\n');
      rules.append("        expr: '").append(queries.get(i).replace("'", "''")).append("'\n");
    }
    Files.writeString(folder.resolve("queries.yaml"), rules);

    assertThat(queries).hasSizeGreaterThan(15);
    assertThat(Program.output(folder, "promtool", "check", "rules", "queries.yaml"))
        .contains(queries.size() + " rules found");
  }

  /** Only the detail row needs more than kata_pod_* and kata_monitor_*. */
  @ParameterizedTest
  @MethodSource("dashboards")
  void lowCardinalityScrapeSufficesExceptForTheDetailRow(Dashboard dashboard) throws IOException {
    JsonNode rules =
        Manifests.YAML.readTree(Files.readString(Chart.FOLDER.resolve("files/rules.yaml")));
    List<String> detail =
        Stream.of(rules.at("/groups/1"))
            .peek(group -> assertThat(group.get("name").asText()).isEqualTo("kata-pods-detail"))
            .flatMap(group -> group.findValuesAsText("record").stream())
            .toList();
    dashboard
        .panels()
        .forEach((panel, row) -> {
          if (!row.startsWith("Detail")) {
            assertThat(panel.findValuesAsText("expr"))
                .as("%s", panel.get("title"))
                .noneMatch(e -> e.matches("(?s).*\\bkata_(guest|agent|shim|hypervisor)_.*"))
                .noneMatch(e -> detail.stream().anyMatch(e::contains));
          }
        });
  }
}

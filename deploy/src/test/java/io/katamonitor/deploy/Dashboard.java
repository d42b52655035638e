package io.katamonitor.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A Grafana dashboard of the chart, as its JSON. */
record Dashboard(String name, JsonNode json) {
  static final Path FOLDER = Chart.FOLDER.resolve("files/dashboards");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  static List<Dashboard> all() throws IOException {
    List<Dashboard> all = new ArrayList<>();
    for (Path file : files()) {
      all.add(
          new Dashboard(
              file.getFileName().toString(), Manifests.YAML.readTree(Files.readString(file))));
    }
    return all;
  }

  /** Panels with the title of the row they are in, without the rows themselves. */
  Map<JsonNode, String> panels() {
    Map<JsonNode, String> panels = new LinkedHashMap<>();
    String row = "";
    for (JsonNode panel : json.get("panels")) {
      if (panel.get("type").asText().equals("row")) {
        row = panel.get("title").asText();
        for (JsonNode inner : panel.get("panels")) {
          panels.put(inner, row);
        }
      } else {
        panels.put(panel, row);
      }
    }
    return panels;
  }

  /** Rows and panels, for what they have in common. */
  List<JsonNode> elements() {
    List<JsonNode> elements = new ArrayList<>();
    json.get("panels").forEach(elements::add);
    panels().keySet().stream().filter(panel -> !elements.contains(panel)).forEach(elements::add);
    return elements;
  }

  List<JsonNode> variables() {
    List<JsonNode> variables = new ArrayList<>();
    json.at("/templating/list").forEach(variables::add);
    return variables;
  }

  /** Queries of panels and annotations, with all variables set to what matches everything. */
  List<String> queries() {
    return json.findValuesAsText("expr").stream().map(Dashboard::withoutVariables).toList();
  }

  static String withoutVariables(String expression) {
    return expression
        .replace("$__rate_interval", "2m")
        .replace("$__range", "1h")
        .replaceAll("\\$(cluster|node|namespace|pod)", ".*");
  }

  @Override
  public String toString() {
    return name;
  }
}

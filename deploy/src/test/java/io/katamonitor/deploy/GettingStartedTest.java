package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in docs/from-a-pod-to-a-graph.md are valid, and its queries have series. */
final class GettingStartedTest {
  private static final Pattern QUERIED = Pattern.compile("(?m)^((?:pod:|kata_)[\\w:]+)");

  private final String page = Files.readString(Path.of("../docs/from-a-pod-to-a-graph.md"));

  GettingStartedTest() throws IOException {}

  /** The content of the code block that starts with a comment of its file's name. */
  private String file(String name) {
    String start = "```yaml\n# " + name + "\n";
    int from = page.indexOf(start);
    assertThat(from).as(name).isPositive();
    return page.substring(from + start.length(), page.indexOf("```", from + start.length()));
  }

  @Test
  void valuesInstallMonitorRulesAndDashboards() throws IOException {
    assertThat(Chart.render(file("values.yaml")).objects())
        .extracting(HasMetadata::getKind)
        .contains("DaemonSet", "PodMonitor", "PrometheusRule", "ConfigMap");
  }

  @Test
  void podIsValid() throws IOException {
    assertThat(Manifests.YAML.readValue(file("pod.yaml"), Pod.class).getSpec().getContainers())
        .hasSize(1);
  }

  @Tag("system")
  @Test
  void prometheusAcceptsTheConfiguration(@TempDir Path folder) throws Exception {
    String rules = Chart.FOLDER.resolve("files").toAbsolutePath() + "/";
    Files.writeString(
        folder.resolve("prometheus.yml"),
        file("prometheus.yml").replace("/usr/share/kata-monitor/prometheus/", rules));

    assertThat(Program.output(folder, "promtool", "check", "config", "prometheus.yml"))
        .contains("SUCCESS");
  }

  @Test
  void queriedSeriesExist() throws IOException {
    String series =
        Files.readString(Chart.FOLDER.resolve("files/rules.yaml"))
            + Files.readString(Path.of("../docs/metrics.md"));

    assertThat(QUERIED.matcher(page).results())
        .extracting((MatchResult query) -> query.group(1))
        .hasSizeGreaterThan(4)
        .allMatch(series::contains);
  }
}

package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.openshift.api.model.SecurityContextConstraints;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("system")
final class KustomizeTest {
  private static final Path FOLDER = Path.of("kustomize");

  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource({
    "base, k8s",
    "overlays/k3s, k3s",
    "overlays/rke2, rke2",
    "overlays/k0s, k0s",
    "overlays/microk8s, microk8s",
    "overlays/crio, crio",
    "overlays/openshift, openshift",
  })
  void overlayEqualsTheChartRenderedForItsDistribution(String folder, String preset)
      throws Exception {
    PodSpec plain = pod(render(folder));
    PodSpec chart = pod(Chart.render("k8sDistribution: " + preset));

    Container plainMonitor = plain.getContainers().getFirst();
    Container chartMonitor = chart.getContainers().getFirst();
    CommandLines.assertAccepted(plainMonitor.getArgs());
    assertThat(plain.getVolumes()).isEqualTo(chart.getVolumes());
    assertThat(annotations(render(folder)))
        .isEqualTo(annotations(Chart.render("k8sDistribution: " + preset)));
    assertThat(plainMonitor.getImage()).isEqualTo(chartMonitor.getImage());
    assertThat(plainMonitor.getSecurityContext()).isEqualTo(chartMonitor.getSecurityContext());
    assertThat(plainMonitor.getResources()).isEqualTo(chartMonitor.getResources());
    assertThat(plainMonitor.getLivenessProbe()).isEqualTo(chartMonitor.getLivenessProbe());
    assertThat(plainMonitor.getReadinessProbe()).isEqualTo(chartMonitor.getReadinessProbe());
    assertThat(plain.getTolerations()).isEqualTo(chart.getTolerations());
    assertThat(plain.getPriorityClassName()).isEqualTo(chart.getPriorityClassName());
    // The socket inside the container: its directory is always /run/containerd, its name the
    // runtime's.
    String socket = argument(chartMonitor, "-runtime-endpoint=");
    assertThat(argument(plainMonitor, "-runtime-endpoint="))
        .isEqualTo("/run/containerd" + socket.substring(socket.lastIndexOf('/')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base",
        "overlays/k3s",
        "overlays/rke2",
        "overlays/k0s",
        "overlays/microk8s",
        "overlays/crio",
        "overlays/openshift",
      })
  void everyComponentCombinesWithEachOverlay(String folder) throws Exception {
    Manifests manifests =
        renderWith(folder, "prometheus-operator", "low-cardinality", "tls", "grafana-dashboards");

    assertThat(manifests.objects())
        .filteredOn(object -> object.getMetadata().getNamespace() == null)
        .extracting(HasMetadata::getKind)
        .isSubsetOf("Namespace", "SecurityContextConstraints");
    Container monitor = pod(manifests).getContainers().getFirst();
    CommandLines.assertAccepted(monitor.getArgs());
    assertThat(argument(monitor, "-runtime-endpoint="))
        .isEqualTo(argument(pod(render(folder)).getContainers().getFirst(), "-runtime-endpoint="));
    assertThat(argument(monitor, "-tls-cert-file=")).isEqualTo("/etc/kata-monitor/certs/cert.pem");
    assertThat(monitor.getReadinessProbe().getHttpGet().getScheme()).isEqualTo("HTTPS");
    assertThat(annotations(manifests)).containsEntry("prometheus.io/scheme", "https");
    var endpoint = manifests.one(PodMonitor.class).getSpec().getPodMetricsEndpoints().getFirst();
    assertThat(endpoint.getScheme()).isEqualTo("https");
    assertThat(endpoint.getParams())
        .containsEntry("filter_family", List.of("kata_pod,kata_monitor"));
    assertThat(manifests.one(ConfigMap.class).getData())
        .containsOnlyKeys(
            Dashboard.files().stream().map(file -> file.getFileName().toString()).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"prometheus-operator", "low-cardinality", "tls", "grafana-dashboards"})
  void everyComponentWorksAlone(String component) throws Exception {
    assertThat(renderWith("base", component).all(DaemonSet.class)).hasSize(1);
  }

  @Test
  void imageIsSetInOnePlace() throws Exception {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("base/kustomization.yaml")) {
          assertThat(Files.readString(file)).doesNotContain("localhost/kata-monitor", "newTag");
        }
      }
    }
  }

  @Test
  void openshiftNamesTheServiceAccountItAdmits() throws Exception {
    assertThat(render("overlays/openshift").one(SecurityContextConstraints.class).getUsers())
        .containsExactly("system:serviceaccount:kata-system:kata-monitor");
  }

  @Test
  void operatorComponentHasTheLimitsAndRulesOfTheChart() throws Exception {
    Manifests plain = render("overlays/prometheus-operator");
    Manifests chart = Chart.render("prometheus: {podMonitor: {enabled: true}}");

    PodMonitor monitor = plain.one(PodMonitor.class);
    PodMonitor charts = chart.one(PodMonitor.class);
    assertThat(monitor.getSpec().getPodMetricsEndpoints())
        .isEqualTo(charts.getSpec().getPodMetricsEndpoints());
    assertThat(monitor.getSpec().getBodySizeLimit()).isNull();
    assertThat(monitor.getSpec().getSampleLimit()).isNull();
    assertThat(monitor.getSpec().getLabelLimit()).isEqualTo(charts.getSpec().getLabelLimit());

    JsonNode groups =
        Manifests.YAML
            .readTree(
                Files.readString(
                    FOLDER.resolve("components/prometheus-operator/prometheusrule.yaml")))
            .at("/spec/groups");
    List<JsonNode> expected = new ArrayList<>();
    for (String file : List.of("rules.yaml", "alerts.yaml")) {
      Manifests.YAML
          .readTree(Files.readString(Chart.FOLDER.resolve("files").resolve(file)))
          .get("groups")
          .forEach(expected::add);
    }
    assertThat(groups).containsExactlyElementsOf(expected);
  }

  private static Manifests render(String folder) throws Exception {
    return Manifests.parse(Program.output(FOLDER, "kubectl", "kustomize", folder));
  }

  /** The folder with components, as an operator's own kustomization combines them. */
  private Manifests renderWith(String folder, String... components) throws Exception {
    Path own = Files.createDirectory(temporary.resolve("own"));
    Path root = own.toRealPath().relativize(FOLDER.toRealPath());
    var text = new StringBuilder("resources: [").append(root.resolve(folder)).append("]\n");
    text.append("components:\n");
    for (String component : components) {
      text.append("  - ").append(root.resolve("components").resolve(component)).append('\n');
    }
    Files.writeString(own.resolve("kustomization.yaml"), text);
    return Manifests.parse(Program.output(own, "kubectl", "kustomize", "."));
  }

  private static Map<String, String> annotations(Manifests manifests) {
    return manifests.one(DaemonSet.class).getSpec().getTemplate().getMetadata().getAnnotations();
  }

  private static PodSpec pod(Manifests manifests) {
    return manifests.one(DaemonSet.class).getSpec().getTemplate().getSpec();
  }

  private static String argument(Container container, String flag) {
    return container.getArgs().stream()
        .filter(argument -> argument.startsWith(flag))
        .map(argument -> argument.substring(flag.length()))
        .findFirst()
        .orElseThrow();
  }
}

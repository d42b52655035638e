package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.openshift.api.model.SecurityContextConstraints;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KustomizeTest {
  private static final Path FOLDER = Path.of("kustomize");

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
  void overlayIsTheChartsPresetInPlainYaml(String folder, String preset) throws Exception {
    PodSpec plain = pod(render(folder));
    PodSpec chart = pod(Chart.render("k8sDistribution: " + preset));

    Container plainMonitor = plain.getContainers().getFirst();
    Container chartMonitor = chart.getContainers().getFirst();
    CommandLines.assertAccepted(plainMonitor.getArgs());
    assertThat(plain.getVolumes()).isEqualTo(chart.getVolumes());
    assertThat(plainMonitor.getImage()).isEqualTo(chartMonitor.getImage());
    assertThat(plainMonitor.getSecurityContext()).isEqualTo(chartMonitor.getSecurityContext());
    assertThat(plainMonitor.getResources()).isEqualTo(chartMonitor.getResources());
    assertThat(plainMonitor.getLivenessProbe()).isEqualTo(chartMonitor.getLivenessProbe());
    assertThat(plainMonitor.getReadinessProbe()).isEqualTo(chartMonitor.getReadinessProbe());
    assertThat(plain.getTolerations()).isEqualTo(chart.getTolerations());
    assertThat(plain.getPriorityClassName()).isEqualTo(chart.getPriorityClassName());
    // The socket inside the container: its folder is always /run/containerd, its name the
    // runtime's.
    String socket = argument(chartMonitor, "-runtime-endpoint=");
    assertThat(argument(plainMonitor, "-runtime-endpoint="))
        .isEqualTo("/run/containerd" + socket.substring(socket.lastIndexOf('/')));
  }

  @Test
  void everyObjectIsInOneNamespace() throws Exception {
    assertThat(render("overlays/prometheus-operator").objects())
        .filteredOn(object -> !object.getKind().equals("Namespace"))
        .extracting((HasMetadata object) -> object.getMetadata().getNamespace())
        .containsOnly("kata-system");
  }

  @Test
  void openshiftNamesTheServiceAccountItAdmits() throws Exception {
    assertThat(render("overlays/openshift").one(SecurityContextConstraints.class).getUsers())
        .containsExactly("system:serviceaccount:kata-system:kata-monitor");
  }

  @Test
  void operatorsOverlayHasTheChartsLimitsAndAlerts() throws Exception {
    Manifests plain = render("overlays/prometheus-operator");
    Manifests chart = Chart.render("prometheus: {podMonitor: {enabled: true}}");

    PodMonitor monitor = plain.one(PodMonitor.class);
    PodMonitor charts = chart.one(PodMonitor.class);
    assertThat(monitor.getSpec().getPodMetricsEndpoints())
        .isEqualTo(charts.getSpec().getPodMetricsEndpoints());
    assertThat(monitor.getSpec().getBodySizeLimit()).isEqualTo(charts.getSpec().getBodySizeLimit());
    assertThat(monitor.getSpec().getSampleLimit()).isEqualTo(charts.getSpec().getSampleLimit());

    JsonNode rule =
        Manifests.YAML.readTree(
            Files.readString(FOLDER.resolve("overlays/prometheus-operator/prometheusrule.yaml")));
    assertThat(rule.get("spec"))
        .isEqualTo(
            Manifests.YAML.readTree(Files.readString(Chart.FOLDER.resolve("files/alerts.yaml"))));
  }

  private static Manifests render(String folder) throws Exception {
    return Manifests.parse(Program.output(FOLDER, "kubectl", "kustomize", folder));
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

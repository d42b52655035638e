package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An unchanged values file of the kata-deploy chart: which keys have an effect and which do not.
 */
final class KataDeployValuesTest {
  private static final Path FOLDER = Path.of("src/test/resources/kata-deploy-values");

  @ParameterizedTest
  @ValueSource(strings = {"kata-deploy-4.1.yaml", "kata-deploy-tls.yaml"})
  void wholeFileRendersAndOnlyKeysOfTheMonitorHaveAnEffect(String name) throws IOException {
    Manifests manifests = Chart.render(Files.readString(FOLDER.resolve(name)));

    PodTemplateSpec template = template(manifests);
    PodSpec pod = template.getSpec();
    Container monitor = pod.getContainers().getFirst();
    assertThat(monitor.getImage()).isEqualTo("localhost/kata-monitor:" + Project.version());
    assertThat(monitor.getImagePullPolicy()).isEqualTo("Always");
    assertThat(monitor.getArgs())
        .contains(
            "-listen-address=0.0.0.0:9091",
            "-runtime-endpoint=/run/k3s/containerd/containerd.sock",
            "-log-level=warn");
    assertThat(monitor.getPorts().getFirst().getContainerPort()).isEqualTo(9091);
    assertThat(monitor.getResources().getLimits()).containsEntry("memory", new Quantity("400Mi"));
    assertThat(pod.getImagePullSecrets().getFirst().getName()).isEqualTo("pull");
    assertThat(pod.getNodeSelector()).containsEntry("kata", "yes");
    assertThat(pod.getTolerations()).hasSize(1);
    assertThat(pod.getPriorityClassName()).isEqualTo("high");
    // These are about kata-deploy's own pods.
    assertThat(template.getMetadata().getLabels()).doesNotContainKey("team");
    assertThat(template.getMetadata().getAnnotations()).doesNotContainKey("note");
    assertThat(pod.getAffinity()).isNull();
    assertThat(manifests.one(DaemonSet.class).getSpec().getUpdateStrategy().getType())
        .isEqualTo("RollingUpdate");
    CommandLines.assertAccepted(monitor.getArgs());
  }

  @Test
  void tlsProposalServesHttpsWithItsOwnKeysOfTheSecret() throws IOException {
    Manifests manifests = Chart.render(Files.readString(FOLDER.resolve("kata-deploy-tls.yaml")));

    PodTemplateSpec template = template(manifests);
    Container monitor = template.getSpec().getContainers().getFirst();
    assertThat(monitor.getArgs())
        .contains(
            "-tls-cert-file=/etc/kata-monitor/certs/cert.pem",
            "-tls-key-file=/etc/kata-monitor/certs/key.pem",
            "-tls-min-version=VersionTLS12",
            "-tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    assertThat(monitor.getReadinessProbe().getHttpGet().getScheme()).isEqualTo("HTTPS");
    assertThat(template.getSpec().getVolumes())
        .anyMatch(
            v -> v.getSecret() != null && "certificate".equals(v.getSecret().getSecretName()));
    assertThat(template.getMetadata().getAnnotations())
        .containsEntry("prometheus.io/scheme", "https");
  }

  @Test
  void podIsAnnotatedForPrometheusAndTheServiceIsNot() throws IOException {
    Manifests manifests = Chart.render("monitor: {port: 9091, listenAddress: ':9091'}");

    assertThat(template(manifests).getMetadata().getAnnotations())
        .containsEntry("prometheus.io/scrape", "true")
        .containsEntry("prometheus.io/port", "9091")
        .containsEntry("prometheus.io/scheme", "http");
    ObjectMeta service = manifests.one(Service.class).getMetadata();
    assertThat(service.getAnnotations()).isNullOrEmpty();
  }

  @Test
  void podAnnotationsOfTheUserTakePrecedence() throws IOException {
    assertThat(
            template(Chart.render("monitor: {podAnnotations: {prometheus.io/scrape: 'false'}}"))
                .getMetadata()
                .getAnnotations())
        .containsEntry("prometheus.io/scrape", "false")
        .containsEntry("prometheus.io/port", "8090");
  }

  @Test
  void portOfTheProxyIsAnnotated() throws IOException {
    assertThat(
            template(Chart.render("kubeRBACProxy: {enabled: true}")).getMetadata().getAnnotations())
        .containsEntry("prometheus.io/port", "8443")
        .containsEntry("prometheus.io/scheme", "https");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "monitor: {logLevel: error}, logLevel: warn, debug: true | error",
        "logLevel: WARN, debug: true | warn",
        "logLevel: Warning | warning",
        "monitor: {logLevel: warning} | warning",
        "logLevel: kata_deploy=trace, debug: true | debug",
        "debug: true | debug",
        "debug: false | ",
      })
  void logLevelIsTheMonitorsThenTheChartsThenDebug(String values, String level) throws IOException {
    List<String> arguments = monitor("{" + values + "}").getArgs();

    if (level == null) {
      assertThat(arguments).noneMatch(argument -> argument.startsWith("-log-level"));
    } else {
      assertThat(arguments).contains("-log-level=" + level);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "monitor: {runtimeEndpoint: 'unix:///run/a/a.sock'}, containerd: {runtimeSocket: /run/b/b.sock}"
            + " | /run/a/a.sock",
        "containerd: {runtimeSocket: /run/b/b.sock}, k8sDistribution: k0s | /run/b/b.sock",
        "containerd: {runtimeSocket: ''}, k8sDistribution: k0s | /run/k0s/containerd.sock",
        "containerd: ~, k8sDistribution: k0s | /run/k0s/containerd.sock",
      })
  void socketIsTheMonitorsThenContainerdsThenTheDistributions(String values, String socket)
      throws IOException {
    assertThat(monitor("{" + values + "}").getArgs()).contains("-runtime-endpoint=" + socket);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reference: quay.io/kata-containers/kata-monitor, tag: '' | localhost/kata-monitor:VERSION",
        "reference: quay.io/kata-containers/kata-monitor, tag: '5'"
            + " | quay.io/kata-containers/kata-monitor:5",
        "reference: r/m@sha256:DIGEST | r/m@sha256:DIGEST",
        "reference: r/m@sha256:DIGEST, tag: '5' | r/m@sha256:DIGEST",
        "reference: r/m, tag: 'sha256:DIGEST' | r/m@sha256:DIGEST",
        "reference: 'r:5000/m' | r:5000/m:VERSION",
        "reference: 'r:5000/m:5' | r:5000/m:5",
      })
  void imageIsReferenceAndTagOrDigest(String image, String expected) throws IOException {
    assertThat(monitor("monitor: {image: {" + digest(image) + "}}").getImage())
        .isEqualTo(digest(expected).replace("VERSION", Project.version()));
  }

  /** A key without a value is null, and Helm removes its default. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "monitor: {tls: }",
        "monitor: {tls: {secretName: }}",
        "monitor: {image: {tag: }}",
        "monitor: {logLevel: , runtimeEndpoint: , podAnnotations: , extraArgs: , affinity: }",
        "k8sDistribution: ",
        "{nodeSelector: , imagePullSecrets: , logLevel: , debug: , containerd: }",
      })
  void keyWithoutAValueCountsAsUnset(String values) throws IOException {
    assertThat(template(Chart.render(values)).getSpec().getContainers())
        .isEqualTo(template(Chart.render("{}")).getSpec().getContainers());
  }

  @Test
  void resourcesMayBeRemoved() throws IOException {
    assertThat(monitor("monitor: {resources: }").getResources()).isNull();
  }

  /** Kata-deploy's values have this key; the API server refuses it beside the chart's own one. */
  @Test
  void privilegedContainerMayEscalate() throws IOException {
    assertThat(
            monitor("monitor: {securityContext: {privileged: true}}")
                .getSecurityContext()
                .getAllowPrivilegeEscalation())
        .isNull();
  }

  @Test
  void notesMentionThatTheImageOfTheGoDaemonIsNotUsed() throws IOException {
    assertThat(Chart.notes("monitor: {image: {reference: quay.io/kata-containers/kata-monitor}}"))
        .contains("It counts as unset")
        .contains("that image holds the Go daemon")
        .contains("localhost/kata-monitor:" + Project.version());
    assertThat(Chart.notes("monitor: {image: {reference: r/m}}")).doesNotContain("counts as unset");
  }

  @Test
  void notesMentionAnIgnoredLogLevel() throws IOException {
    assertThat(Chart.notes("logLevel: kata_deploy=trace"))
        .contains("logLevel kata_deploy=trace is no level of kata-monitor");
  }

  /** The lists in the check, the schema's properties and the values are the same keys. */
  @ParameterizedTest
  @ValueSource(strings = {"monitor", "monitor.image", "monitor.tls"})
  void checkAcceptsExactlyTheKeysOfTheValues(String path) throws IOException {
    String pointer = "/" + path.replace('.', '/');
    JsonNode values =
        Manifests.YAML.readTree(Files.readString(Chart.FOLDER.resolve("values.yaml"))).at(pointer);
    JsonNode schema =
        Manifests.YAML
            .readTree(Files.readString(Chart.FOLDER.resolve("values.schema.json")))
            .at("/properties" + pointer.replaceAll("(?<=.)/", "/properties/") + "/properties");
    String check = Files.readString(Chart.FOLDER.resolve("templates/_checks.tpl"));

    String call = Pattern.quote("(list \"" + path + "\" ") + "\\S+ \\(list ([^)]*)\\)";
    List<String> known =
        Pattern.compile(call)
            .matcher(check)
            .results()
            .map((MatchResult result) -> result.group(1))
            .findFirst()
            .map(list -> List.of(list.replace("\"", "").split(" ", -1)))
            .orElseThrow();
    assertThat(known).containsExactlyInAnyOrderElementsOf(names(values));
    assertThat(known).containsExactlyInAnyOrderElementsOf(names(schema));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String digest(String text) {
    return text.replace("DIGEST", "0".repeat(64));
  }

  private static Container monitor(String values) throws IOException {
    return template(Chart.render(values)).getSpec().getContainers().getFirst();
  }

  private static PodTemplateSpec template(Manifests manifests) {
    return manifests.one(DaemonSet.class).getSpec().getTemplate();
  }
}

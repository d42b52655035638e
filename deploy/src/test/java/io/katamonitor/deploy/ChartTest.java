package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.openshift.api.model.SecurityContextConstraints;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ChartTest {
  @Test
  void lintFindsNothing() {
    assertThat(new Helm(Chart.FOLDER).lint().strict().call().isFailed()).isFalse();
  }

  @Test
  void defaultPodIsThatOfTheUpstreamChartWithTighterSecurity() throws IOException {
    Manifests manifests = Chart.render("");

    assertThat(manifests.objects())
        .extracting(HasMetadata::getKind)
        .containsExactlyInAnyOrder("ServiceAccount", "Service", "DaemonSet");
    PodSpec pod = pod(manifests);
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getHostNetwork()).isFalse();
    assertThat(pod.getPriorityClassName()).isEqualTo("system-node-critical");
    Container monitor = pod.getContainers().getFirst();
    assertThat(monitor.getImage()).isEqualTo("localhost/kata-monitor:" + Project.version());
    assertThat(monitor.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(monitor.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(monitor.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(monitor.getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(monitor.getPorts().getFirst().getName()).isEqualTo("metrics");
    assertThat(monitor.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
    assertThat(monitor.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
    assertThat(monitor.getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .containsExactly("/run/containerd", "/run/vc/sbs", "/run/kata", "/host/sys/fs/cgroup");
    assertThat(monitor.getArgs()).contains("-cgroup-root=/host/sys/fs/cgroup");
    assertThat(monitor.getVolumeMounts()).allMatch(VolumeMount::getReadOnly);
    CommandLines.assertAccepted(monitor.getArgs());
  }

  @Test
  void nothingIsInstalledIfTheMonitorIsDisabled() throws IOException {
    assertThat(Chart.render("monitor: {enabled: false}").objects()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "k8s, /run/containerd/containerd.sock",
    "k3s, /run/k3s/containerd/containerd.sock",
    "rke2, /run/k3s/containerd/containerd.sock",
    "k0s, /run/k0s/containerd.sock",
    "microk8s, /var/snap/microk8s/common/run/containerd.sock",
    "crio, /run/crio/crio.sock",
    "openshift, /run/crio/crio.sock",
  })
  void distributionSelectsTheRuntimesSocket(String preset, String socket) throws IOException {
    Manifests manifests = Chart.render("k8sDistribution: " + preset);

    Container monitor = pod(manifests).getContainers().getFirst();
    assertThat(monitor.getArgs()).contains("-runtime-endpoint=" + socket);
    assertThat(folders(manifests)).contains(socket.substring(0, socket.lastIndexOf('/')));
    CommandLines.assertAccepted(monitor.getArgs());
  }

  @Test
  void openshiftGetsConstraintsThatAdmitOnlyThePod() throws IOException {
    Manifests manifests = Chart.render("k8sDistribution: openshift");

    SecurityContextConstraints constraints = manifests.one(SecurityContextConstraints.class);
    assertThat(constraints.getUsers())
        .containsExactly("system:serviceaccount:kata-system:node-kata-monitor");
    assertThat(constraints.getAllowPrivilegedContainer()).isFalse();
    assertThat(constraints.getAllowHostNetwork()).isFalse();
    assertThat(constraints.getVolumes()).contains("hostPath");
    assertThat(constraints.getSeLinuxContext().getSeLinuxOptions().getType()).isEqualTo("spc_t");
    assertThat(
            pod(manifests)
                .getContainers()
                .getFirst()
                .getSecurityContext()
                .getSeLinuxOptions()
                .getType())
        .isEqualTo("spc_t");
  }

  @Test
  void podMonitorLimitsLabelsButNeitherSamplesNorBytes() throws IOException {
    PodMonitor monitor =
        Chart.render(
                """
                prometheus:
                  podMonitor:
                    enabled: true
                    additionalLabels: {release: p}
                    params: {filter_family: ["kata_pod,kata_monitor"]}
                """)
            .one(PodMonitor.class);

    assertThat(monitor.getMetadata().getLabels()).containsEntry("release", "p");
    assertThat(monitor.getSpec().getSampleLimit()).isNull();
    assertThat(monitor.getSpec().getBodySizeLimit()).isNull();
    assertThat(monitor.getSpec().getLabelLimit()).isEqualTo(64);
    assertThat(monitor.getSpec().getLabelNameLengthLimit()).isEqualTo(256);
    assertThat(monitor.getSpec().getLabelValueLengthLimit()).isEqualTo(1024);
    var endpoint = monitor.getSpec().getPodMetricsEndpoints().getFirst();
    assertThat(endpoint.getPort()).isEqualTo("metrics");
    assertThat(endpoint.getScheme()).isEqualTo("http");
    assertThat(endpoint.getHonorLabels()).isFalse();
    assertThat(endpoint.getParams())
        .containsEntry("filter_family", List.of("kata_pod,kata_monitor"));
    assertThat(endpoint.getRelabelings().getFirst().getTargetLabel()).isEqualTo("node");
  }

  @Test
  void serviceMonitorSelectsTheService() throws IOException {
    Manifests manifests = Chart.render("prometheus: {serviceMonitor: {enabled: true}}");

    ServiceMonitor monitor = manifests.one(ServiceMonitor.class);
    Service service = manifests.one(Service.class);
    assertThat(service.getMetadata().getLabels())
        .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
    assertThat(monitor.getSpec().getEndpoints().getFirst().getPort())
        .isEqualTo(service.getSpec().getPorts().getFirst().getName());
    assertThat(monitor.getSpec().getBodySizeLimit()).isNull();
  }

  @Test
  void networkPolicyAdmitsTheScraperAndDeniesEgress() throws IOException {
    NetworkPolicy policy =
        Chart.render(
                """
                networkPolicy:
                  enabled: true
                  from: [{namespaceSelector: {matchLabels: {name: monitoring}}}]
                """)
            .one(NetworkPolicy.class);

    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getSpec().getIngress().getFirst().getFrom()).hasSize(1);
    assertThat(policy.getSpec().getEgress()).isEmpty();
  }

  @Test
  void tlsSecretReachesDaemonProbesAndPrometheus() throws IOException {
    Manifests manifests =
        Chart.render(
            """
            monitor: {tls: {secretName: certificate, certKey: tls.crt, privateKeyKey: tls.key}}
            prometheus: {podMonitor: {enabled: true, tlsConfig: {insecureSkipVerify: true}}}
            """);

    Container monitor = pod(manifests).getContainers().getFirst();
    assertThat(monitor.getArgs())
        .contains(
            "-tls-cert-file=/etc/kata-monitor/certs/tls.crt",
            "-tls-key-file=/etc/kata-monitor/certs/tls.key");
    assertThat(monitor.getReadinessProbe().getHttpGet().getScheme()).isEqualTo("HTTPS");
    assertThat(pod(manifests).getVolumes())
        .anyMatch(
            v -> v.getSecret() != null && "certificate".equals(v.getSecret().getSecretName()));
    var endpoint = manifests.one(PodMonitor.class).getSpec().getPodMetricsEndpoints().getFirst();
    assertThat(endpoint.getScheme()).isEqualTo("https");
    assertThat(endpoint.getTlsConfig().getInsecureSkipVerify()).isTrue();
    CommandLines.assertAccepted(monitor.getArgs());
  }

  @Test
  void probesOnlyConnectWithAWebConfiguration() throws IOException {
    Container monitor =
        pod(Chart.render("webConfig: {secretName: web}")).getContainers().getFirst();

    assertThat(monitor.getArgs()).contains("-web-config-file=/etc/kata-monitor/web/web.yaml");
    assertThat(monitor.getReadinessProbe().getHttpGet()).isNull();
    assertThat(monitor.getReadinessProbe().getTcpSocket().getPort().getStrVal())
        .isEqualTo("metrics");
    CommandLines.assertAccepted(monitor.getArgs());
  }

  @Test
  void rbacProxyForwardsToALoopbackListener() throws IOException {
    Manifests manifests =
        Chart.render(
            """
            kubeRBACProxy: {enabled: true}
            prometheus: {podMonitor: {enabled: true}}
            networkPolicy: {enabled: true}
            """);

    List<Container> containers = pod(manifests).getContainers();
    assertThat(containers).hasSize(2);
    assertThat(containers.getFirst().getArgs()).contains("-listen-address=127.0.0.1:8090");
    assertThat(containers.getFirst().getPorts()).isEmpty();
    assertThat(containers.getLast().getPorts().getFirst().getName()).isEqualTo("metrics");
    assertThat(containers.getLast().getReadinessProbe().getHttpGet().getScheme())
        .isEqualTo("HTTPS");
    assertThat(pod(manifests).getAutomountServiceAccountToken()).isTrue();
    assertThat(manifests.all(ClusterRole.class)).hasSize(2);
    assertThat(manifests.one(ClusterRoleBinding.class).getSubjects().getFirst().getName())
        .isEqualTo(pod(manifests).getServiceAccountName());
    assertThat(manifests.one(Service.class).getSpec().getPorts().getFirst().getPort())
        .isEqualTo(8443);
    CommandLines.assertAccepted(containers.getFirst().getArgs());
  }

  @Test
  void everyOtherValueReachesItsField() throws IOException {
    PodSpec pod =
        pod(
            Chart.render(
                """
                imagePullPolicy: Always
                imagePullSecrets: [{name: pull}]
                nodeSelector: {katacontainers.io/kata-runtime: "true"}
                tolerations: [{operator: Exists}]
                priorityClassName: high
                hostNetwork: true
                podSecurityContext: {fsGroup: 1}
                serviceAccount: {create: false, name: other}
                monitor:
                  image: {reference: r/m, tag: "sha256:%s"}
                  sandboxesPaths: [/srv/sbs]
                  extraArgs: [-scrape-timeout=2s, -max-requests=10]
                  hostCgroups: ""
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                          - matchExpressions: [{key: kind, operator: In, values: [worker]}]
                """
                    .formatted("0".repeat(64))));

    assertThat(pod.getImagePullSecrets().getFirst().getName()).isEqualTo("pull");
    assertThat(pod.getNodeSelector()).containsKey("katacontainers.io/kata-runtime");
    assertThat(pod.getTolerations()).hasSize(1);
    assertThat(pod.getAffinity().getNodeAffinity()).isNotNull();
    assertThat(pod.getPriorityClassName()).isEqualTo("high");
    assertThat(pod.getDnsPolicy()).isEqualTo("ClusterFirstWithHostNet");
    assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(1);
    assertThat(pod.getServiceAccountName()).isEqualTo("other");
    Container monitor = pod.getContainers().getFirst();
    assertThat(monitor.getImage()).startsWith("r/m@sha256:0");
    assertThat(monitor.getArgs())
        .contains("-sandboxes-path=/srv/sbs", "-max-requests=10")
        .doesNotContain("-sandboxes-path=/run/kata", "-cgroup-root=/host/sys/fs/cgroup");
    assertThat(monitor.getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .doesNotContain("/host/sys/fs/cgroup");
    CommandLines.assertAccepted(monitor.getArgs());
  }

  static Stream<Path> badValues() throws IOException {
    try (var files = Files.list(Path.of("src/test/resources/bad-values"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void invalidValueFailsWithAnErrorMessage(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String expected = lines.getFirst().substring("# ".length());

    assertThatThrownBy(() -> Chart.text(Files.readString(file)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(expected);
  }

  private static PodSpec pod(Manifests manifests) {
    return manifests.one(DaemonSet.class).getSpec().getTemplate().getSpec();
  }

  private static List<String> folders(Manifests manifests) {
    return pod(manifests).getVolumes().stream()
        .filter(volume -> volume.getHostPath() != null)
        .map((Volume volume) -> volume.getHostPath().getPath())
        .toList();
  }
}

package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.proto.prometheus.MetricType;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProtobufTest {
  private static final String ACCEPT =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
          + "encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3";

  private final SimulatedNode node = SimulatedNode.start();
  private RunningDaemon daemon;

  @BeforeEach
  void start() throws Exception {
    node.addSandboxes(3, Layout.GO);
    daemon = SimulatedNodes.watch(node);
  }

  @AfterEach
  void stop() {
    daemon.close();
    node.close();
  }

  private HttpResponse<byte[]> get(String coding) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + daemon.port() + "/metrics"))
              .header("Accept", ACCEPT)
              .header("Accept-Encoding", coding)
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  private static Map<String, MetricFamily> families(InputStream in) throws IOException {
    var families = new LinkedHashMap<String, MetricFamily>();
    for (var next = MetricFamily.parseDelimitedFrom(in);
        next != null;
        next = MetricFamily.parseDelimitedFrom(in)) {
      assertThat(families.put(next.getName(), next)).isNull();
    }
    return families;
  }

  @Test
  void messagesHaveTheSameFamilies() throws Exception {
    var response = get("identity");
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue(
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
                + " encoding=delimited");
    var families = families(new ByteArrayInputStream(response.body()));

    var text = daemon.get("/metrics").body();
    // The monitor's own depend on earlier requests; one is of the host.
    families.keySet().removeIf(name -> name.startsWith("kata_monitor_"));
    assertThat(families.keySet())
        .contains("kata_pod_host_info")
        .hasSize(78)
        .containsExactlyElementsOf(
            text.lines()
                .filter(line -> line.startsWith("# TYPE ") && !line.contains(" kata_monitor_"))
                .map(line -> line.split(" ", -1)[2])
                .toList());
    var threads = families.get("kata_shim_threads");
    assertThat(threads.getType()).isEqualTo(MetricType.GAUGE);
    assertThat(threads.getMetricList())
        .hasSize(3)
        .allSatisfy(metric -> {
          assertThat(metric.getLabel(0).getName()).isEqualTo("sandbox_id");
          assertThat(metric.getGauge().getValue()).isPositive();
        });
  }

  @Test
  void clientWithoutDelimitedProtobufGetsText() throws Exception {
    var refused = ACCEPT.replace("q=0.7", "q=0").replace("q=0.3", "q=0");
    assertThat(daemon.get("/metrics", "Accept", refused).headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void histogramIsOneMessageForItsLabels() throws Exception {
    var families = families(new ByteArrayInputStream(get("identity").body()));
    var histogram = families.get("kata_shim_rpc_durations_histogram_milliseconds");

    assertThat(histogram.getType()).isEqualTo(MetricType.HISTOGRAM);
    var buckets =
        daemon
            .get("/metrics")
            .body()
            .lines()
            .filter(line -> line.startsWith(histogram.getName() + "_bucket{"))
            .count();
    assertThat(histogram.getMetricList())
        .allSatisfy(metric ->
            assertThat(metric.getHistogram().getBucketList().getLast().getCumulativeCount())
                .isEqualTo(metric.getHistogram().getSampleCount()));
    assertThat(
            histogram.getMetricList().stream()
                .mapToInt(metric -> metric.getHistogram().getBucketCount())
                .sum())
        .isEqualTo((int) buckets);
  }

  @Test
  void protobufIsCompressedIfAccepted() throws Exception {
    var response = get("gzip");
    assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
    var unpacked = new GZIPInputStream(new ByteArrayInputStream(response.body()));
    assertThat(families(unpacked)).containsKey("kata_shim_threads").hasSizeGreaterThan(69);
  }
}

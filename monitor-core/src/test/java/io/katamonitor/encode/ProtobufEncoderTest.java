package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.proto.prometheus.Bucket;
import io.katamonitor.proto.prometheus.Counter;
import io.katamonitor.proto.prometheus.Gauge;
import io.katamonitor.proto.prometheus.Histogram;
import io.katamonitor.proto.prometheus.LabelPair;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.proto.prometheus.MetricType;
import io.katamonitor.proto.prometheus.Quantile;
import io.katamonitor.proto.prometheus.Summary;
import io.katamonitor.proto.prometheus.Untyped;
import io.katamonitor.template.DecodedBody;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Responses compared with generated messages: field for field, and byte for byte. */
class ProtobufEncoderTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final MergedNode node = new MergedNode();

  /** A metric with the labels of sandbox {@code i} between the two. */
  private static Metric.Builder metric(int i, List<String> before, String... after) {
    var metric = Metric.newBuilder();
    for (int k = 0; k < before.size(); k += 2) {
      metric.addLabel(pair(before.get(k), before.get(k + 1)));
    }
    metric.addLabel(pair("sandbox_id", "sandbox-" + i));
    boolean isKnown = i % 3 != 2;
    metric.addLabel(pair("cri_uid", isKnown ? "uid-" + i : ""));
    metric.addLabel(pair("cri_name", isKnown ? "pod \"" + i + "\"" : ""));
    metric.addLabel(pair("cri_namespace", isKnown ? "name\\space" : ""));
    for (int k = 0; k < after.length; k += 2) {
      metric.addLabel(pair(after[k], after[k + 1]));
    }
    return metric;
  }

  private static LabelPair pair(String name, String value) {
    return LabelPair.newBuilder().setName(name).setValue(value).build();
  }

  private static MetricFamily.Builder family(String name, MetricType type) {
    return MetricFamily.newBuilder().setName(name).setType(type);
  }

  private static Gauge gauge(double value) {
    return Gauge.newBuilder().setValue(value).build();
  }

  private static Untyped untyped(double value) {
    return Untyped.newBuilder().setValue(value).build();
  }

  private void assertEncodes(List<String> bodies, MetricFamily.Builder... families)
      throws Exception {
    // Untemplated lines too, and templates that are learned already.
    for (int scrape = 0; scrape < 2; scrape++) {
      var decoded = new ArrayList<@Nullable DecodedBody>();
      for (var body : bodies) {
        decoded.add(node.decode(body.getBytes(UTF_8)));
      }
      var merged = node.merge(decoded);
      byte[] response = node.encode(merged, true, false);
      merged.release();
      var expected = new ArrayList<MetricFamily>();
      var bytes = new ByteArrayOutputStream();
      for (var family : families) {
        expected.add(family.build());
        family.build().writeDelimitedTo(bytes);
      }
      assertThat(ProtobufSeries.families(response)).isEqualTo(expected);
      assertThat(response).isEqualTo(bytes.toByteArray());
    }
    node.assertNothingHeld();
  }

  @Test
  void encodesCountersGaugesAndUntypedSamples() throws Exception {
    assertEncodes(
        List.of(
            """
            # HELP kata_c Counts\\nand \\\\ more.
            # TYPE kata_c counter
            kata_c{a="b"} 5
            kata_c 1e3
            # TYPE kata_g gauge
            kata_g -0.5
            kata_u NaN
            """,
            "kata_u 7\n",
            "# TYPE kata_c counter\nkata_c 6\n"),
        family("kata_c", MetricType.COUNTER)
            .setHelp("Counts\nand \\ more.")
            .addMetric(metric(0, List.of("a", "b")).setCounter(Counter.newBuilder().setValue(5)))
            .addMetric(metric(0, List.of()).setCounter(Counter.newBuilder().setValue(1000)))
            .addMetric(metric(2, List.of()).setCounter(Counter.newBuilder().setValue(6))),
        family("kata_g", MetricType.GAUGE).addMetric(metric(0, List.of()).setGauge(gauge(-0.5))),
        family("kata_u", MetricType.UNTYPED)
            .addMetric(metric(0, List.of()).setUntyped(untyped(Double.NaN)))
            .addMetric(metric(1, List.of()).setUntyped(untyped(7))));
  }

  @Test
  void encodesHistogramsWithAllTheirBuckets() throws Exception {
    var text = new StringBuilder("# TYPE kata_h histogram\n");
    var histogram = Histogram.newBuilder().setSampleCount(900).setSampleSum(2.5);
    for (int i = 0; i < 300; i++) {
      text.append("kata_h_bucket{a=\"b\",le=\"")
          .append(i)
          .append("\"} ")
          .append(3 * i)
          .append('\n');
      histogram.addBucket(Bucket.newBuilder().setUpperBound(i).setCumulativeCount(3L * i));
    }
    text.append("kata_h_bucket{a=\"b\",le=\"+Inf\"} 900\n");
    text.append("kata_h_sum{a=\"b\"} 2.5\nkata_h_count{a=\"b\"} 900\n");
    histogram.addBucket(Bucket.newBuilder().setUpperBound(INFINITY).setCumulativeCount(900));
    assertEncodes(
        List.of("", text.toString(), text.toString()),
        family("kata_h", MetricType.HISTOGRAM)
            .addMetric(metric(1, List.of("a", "b")).setHistogram(histogram))
            .addMetric(metric(2, List.of("a", "b")).setHistogram(histogram)));
  }

  @Test
  void encodesEmptyBuckets() throws Exception {
    assertEncodes(
        List.of(
            """
            # TYPE kata_h histogram
            kata_h_bucket{le="1"} 0
            kata_h_bucket{le="+Inf"} 0
            kata_h_sum 0
            kata_h_count 0
            """),
        family("kata_h", MetricType.HISTOGRAM)
            .addMetric(
                metric(0, List.of())
                    .setHistogram(
                        Histogram.newBuilder()
                            .setSampleCount(0)
                            .setSampleSum(0)
                            .addBucket(Bucket.newBuilder().setUpperBound(1).setCumulativeCount(0))
                            .addBucket(
                                Bucket.newBuilder()
                                    .setUpperBound(INFINITY)
                                    .setCumulativeCount(0)))));
  }

  @Test
  void encodesSummaries() throws Exception {
    var quantile = Quantile.newBuilder().setQuantile(0.5).setValue(1e-7);
    assertEncodes(
        List.of(
            "# TYPE go_s summary\ngo_s{quantile=\"0.5\"} 1e-7\ngo_s_sum 3\ngo_s_count 2\n",
            "# TYPE go_s summary\ngo_s_sum{a=\"b\"} 3\ngo_s_count{a=\"b\"} 2\n"),
        family("kata_shim_go_s", MetricType.SUMMARY)
            .addMetric(
                metric(0, List.of())
                    .setSummary(
                        Summary.newBuilder()
                            .setSampleCount(2)
                            .setSampleSum(3)
                            .addQuantile(quantile)))
            .addMetric(
                metric(1, List.of("a", "b"))
                    .setSummary(Summary.newBuilder().setSampleCount(2).setSampleSum(3))));
  }

  @Test
  void encodesTimestamps() throws Exception {
    long last = Long.MAX_VALUE;
    assertEncodes(
        List.of(
            "# TYPE kata_g gauge\nkata_g 5 0\nkata_g{a=\"b\"} 6\nkata_g{a=\"c\"} 7 "
                + last
                + "\n"
                + "# TYPE kata_h histogram\nkata_h_bucket{le=\"+Inf\"} 1 170\nkata_h_sum 1 170\n"
                + "kata_h_count 1 170\n"),
        family("kata_g", MetricType.GAUGE)
            .addMetric(metric(0, List.of()).setGauge(gauge(5)).setTimestampMs(0))
            .addMetric(metric(0, List.of("a", "b")).setGauge(gauge(6)))
            .addMetric(metric(0, List.of("a", "c")).setGauge(gauge(7)).setTimestampMs(last)),
        family("kata_h", MetricType.HISTOGRAM)
            .addMetric(
                metric(0, List.of())
                    .setTimestampMs(170)
                    .setHistogram(
                        Histogram.newBuilder()
                            .setSampleCount(1)
                            .setSampleSum(1)
                            .addBucket(
                                Bucket.newBuilder()
                                    .setUpperBound(INFINITY)
                                    .setCumulativeCount(1)))));
  }

  @Test
  void encodesExportedLabelsAndLabelsWithEscapesAndUtf8() throws Exception {
    assertEncodes(
        List.of(
            """
            # TYPE kata_g gauge
            kata_g{sandbox_id="mine",exported_cri_uid="x",cri_uid="y"} 1
            kata_g{a="\\\\ \\" \\n",b="é中\ud83d\ude00",c=""} 2
            kata_g{le="1",a="b"} 3
            """),
        family("kata_g", MetricType.GAUGE)
            .addMetric(
                metric(
                        0,
                        List.of(
                            "exported_sandbox_id",
                            "mine",
                            "exported_cri_uid",
                            "x",
                            "exported_exported_cri_uid",
                            "y"))
                    .setGauge(gauge(1)))
            .addMetric(
                metric(0, List.of("a", "\\ \" \n", "b", "é中\ud83d\ude00", "c", ""))
                    .setGauge(gauge(2)))
            .addMetric(metric(0, List.of("a", "b"), "le", "1").setGauge(gauge(3))));
  }

  @Test
  void samplesThatFitNoMessageAreInUntypedFamiliesOfTheirNames() throws Exception {
    assertEncodes(
        List.of(
            """
            # HELP kata_h H.
            # TYPE kata_h histogram
            kata_h_bucket{le="1"} 0.5
            kata_h_bucket{le="+Inf"} 1
            kata_h_sum 2
            kata_h_count 3
            kata_h 4
            """),
        family("kata_h", MetricType.UNTYPED).addMetric(metric(0, List.of()).setUntyped(untyped(4))),
        family("kata_h_bucket", MetricType.UNTYPED)
            .addMetric(metric(0, List.of(), "le", "1").setUntyped(untyped(0.5)))
            .addMetric(metric(0, List.of(), "le", "+Inf").setUntyped(untyped(1))),
        family("kata_h_count", MetricType.UNTYPED)
            .addMetric(metric(0, List.of()).setUntyped(untyped(3))),
        family("kata_h_sum", MetricType.UNTYPED)
            .addMetric(metric(0, List.of()).setUntyped(untyped(2))));
  }

  @Test
  void samplesOfARejectedTypeAreInUntypedFamilies() throws Exception {
    var gauge = "# TYPE kata_x gauge\nkata_x 1\n";
    assertEncodes(
        List.of(gauge, "# TYPE kata_x counter\nkata_x{a=\"b\"} 2\n", gauge),
        family("kata_x", MetricType.GAUGE)
            .addMetric(metric(0, List.of()).setGauge(gauge(1)))
            .addMetric(metric(2, List.of()).setGauge(gauge(1))),
        family("kata_x", MetricType.UNTYPED)
            .addMetric(metric(1, List.of("a", "b")).setUntyped(untyped(2))));
  }

  @Test
  void histogramInSeveralSegmentsIsOneMessage() throws Exception {
    assertEncodes(
        List.of(
            """
            # TYPE kata_h histogram
            kata_h_bucket{le="+Inf"} 1
            kata_other 5
            kata_h_sum 2
            kata_h_count 1
            """),
        family("kata_h", MetricType.HISTOGRAM)
            .addMetric(
                metric(0, List.of())
                    .setHistogram(
                        Histogram.newBuilder()
                            .setSampleCount(1)
                            .setSampleSum(2)
                            .addBucket(
                                Bucket.newBuilder()
                                    .setUpperBound(INFINITY)
                                    .setCumulativeCount(1)))),
        family("kata_other", MetricType.UNTYPED)
            .addMetric(metric(0, List.of()).setUntyped(untyped(5))));
  }
}

package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.merge.FamilyCursor;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.proto.prometheus.MetricFamily;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One segment; whole responses are compared with the generated classes in other tests. */
class SegmentSplicerTest {
  private final MergedNode node = new MergedNode();
  private final DistributionMessage distribution = new DistributionMessage();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private MergedFamilies families(String body) {
    return node.merge(List.of(requireNonNull(node.decode(body.getBytes(US_ASCII)))));
  }

  /** A splicer on the first segment. */
  private SegmentSplicer open(MergedFamilies families) {
    var cursor = new FamilyCursor(families);
    assertThat(cursor.nextFamily()).isTrue();
    assertThat(cursor.nextSegment()).isTrue();
    assertThat(MessageTemplate.of(cursor.template(), node.encoderBuffers())).isNotNull();
    var buffers = node.encoderBuffers();
    var splicer =
        new SegmentSplicer(
            cursor, buffers, new PlainOutput(buffers.block, out::write), distribution);
    splicer.open();
    return splicer;
  }

  private byte[] written() {
    var block = node.encoderBuffers().block;
    out.write(block.bytes(), 0, block.length());
    block.clear();
    return out.toByteArray();
  }

  @Test
  void writesValuesSomeAtATime() throws Exception {
    var body = new StringBuilder("# TYPE kata_g gauge\n");
    for (int i = 0; i < 500; i++) {
      body.append("kata_g{i=\"").append(i).append("\"} ").append(i).append(".5\n");
    }
    var families = families(body.toString());
    var splicer = open(families);
    int steps = 0;
    while (!splicer.isDone()) {
      splicer.writeValues();
      steps++;
    }
    families.release();

    var metrics = MetricFamily.parseFrom(written()).getMetricList();
    assertThat(steps).isGreaterThan(1);
    assertThat(metrics).hasSize(500);
    for (int i = 0; i < 500; i++) {
      assertThat(metrics.get(i).getGauge().getValue()).isEqualTo(i + 0.5);
      assertThat(metrics.get(i).getLabel(0).getValue()).isEqualTo(String.valueOf(i));
    }
  }

  @Test
  void measuresAndWritesDistributions() throws Exception {
    var families =
        families(
            """
            # TYPE kata_h histogram
            kata_h_bucket{le="1"} 2
            kata_h_bucket{le="+Inf"} 3
            kata_h_sum 4.5
            kata_h_count 3
            """);
    var splicer = open(families);
    long length = splicer.exactLength();
    assertThat(splicer.isDone()).isFalse();
    splicer.writeDistributions();
    assertThat(splicer.isDone()).isTrue();
    families.release();

    byte[] written = written();
    assertThat(written).hasSize((int) length);
    var histogram = MetricFamily.parseFrom(written).getMetric(0).getHistogram();
    assertThat(histogram.getSampleCount()).isEqualTo(3);
    assertThat(histogram.getSampleSum()).isEqualTo(4.5);
    assertThat(histogram.getBucket(0).getCumulativeCount()).isEqualTo(2);
  }

  @Test
  void histogramWithAFractionOfACountIsNotExact() {
    var families =
        families(
            """
            # TYPE kata_h histogram
            kata_h_bucket{le="1"} 2.5
            kata_h_bucket{le="+Inf"} 3
            kata_h_sum 4.5
            kata_h_count 3
            """);
    assertThat(open(families).exactLength()).isEqualTo(-1);
    families.release();
  }
}

package io.katamonitor.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.proto.prometheus.Gauge;
import io.katamonitor.proto.prometheus.LabelPair;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.proto.prometheus.MetricType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProtobufCheckTest {
  private static MetricFamily family(MetricType type) {
    var label = LabelPair.newBuilder().setName("sandbox_id").setValue("a");
    var metric = Metric.newBuilder().addLabel(label).setGauge(Gauge.newBuilder().setValue(1));
    return MetricFamily.newBuilder().setName("kata_x").setType(type).addMetric(metric).build();
  }

  private static Map<String, SampleCount> check(MetricFamily... families) throws IOException {
    var out = new ByteArrayOutputStream();
    for (var family : families) {
      family.writeDelimitedTo(out);
    }
    return ProtobufCheck.merged(new ByteArrayInputStream(out.toByteArray()));
  }

  @Test
  void acceptsAnUntypedFamilyOfTheSameName() throws IOException {
    var tallies = check(family(MetricType.GAUGE), family(MetricType.UNTYPED));

    assertThat(tallies).containsOnlyKeys("a");
    assertThat(tallies.values()).allSatisfy(tally -> assertThat(tally.samples).isEqualTo(2));
  }

  @Test
  void findsAFamilyInTwoPlaces() {
    assertThatThrownBy(() -> check(family(MetricType.GAUGE), family(MetricType.COUNTER)))
        .hasMessageContaining("kata_x");
    assertThatThrownBy(() -> check(family(MetricType.UNTYPED), family(MetricType.UNTYPED)))
        .hasMessageContaining("kata_x");
  }
}

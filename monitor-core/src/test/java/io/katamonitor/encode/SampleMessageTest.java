package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.merge.LabelBytes;
import io.katamonitor.proto.prometheus.Counter;
import io.katamonitor.proto.prometheus.LabelPair;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.proto.prometheus.Untyped;
import io.katamonitor.template.SegmentLines;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SampleMessageTest {
  private static final LabelBytes NONE = new LabelBytes(new byte[0], new int[0]);

  private static Metric encoded(String sample, FamilyType type, @Nullable FamilyType bounds)
      throws Exception {
    var node = new MergedNode();
    var body = requireNonNull(node.decode((sample + "\n").getBytes(US_ASCII)));
    var lines = new SegmentLines(new SegmentLines.Buffer());
    lines.open(body, 0);
    lines.next();
    var message = new SampleMessage();
    var block = new Block();
    int length = message.open(lines, NONE, bounds);
    message.write(lines, NONE, type, block);
    assertThat(block.length()).isEqualTo(1 + Block.varintLength(length) + length);
    return MetricFamily.parseFrom(Arrays.copyOf(block.bytes(), block.length())).getMetric(0);
  }

  private static LabelPair pair(String name, String value) {
    return LabelPair.newBuilder().setName(name).setValue(value).build();
  }

  @Test
  void encodesASampleWithItsTimestamp() throws Exception {
    assertThat(encoded("kata_x{a=\"b\"} 5e3 1700000000000", FamilyType.COUNTER, null))
        .isEqualTo(
            Metric.newBuilder()
                .addLabel(pair("a", "b"))
                .setCounter(Counter.newBuilder().setValue(5000))
                .setTimestampMs(1_700_000_000_000L)
                .build());
  }

  @Test
  void timestampOfZeroIsEncoded() throws Exception {
    assertThat(encoded("kata_x 5 0", FamilyType.COUNTER, null).hasTimestampMs()).isTrue();
    assertThat(encoded("kata_x 5", FamilyType.COUNTER, null).hasTimestampMs()).isFalse();
  }

  @Test
  void renamesABoundAsTextDoes() throws Exception {
    assertThat(
            encoded(
                "kata_x{exported_le=\"1\",le=\"x\"} 5", FamilyType.UNTYPED, FamilyType.HISTOGRAM))
        .isEqualTo(
            Metric.newBuilder()
                .addLabel(pair("exported_le", "1"))
                .addLabel(pair("exported_exported_le", "x"))
                .setUntyped(Untyped.newBuilder().setValue(5))
                .build());
    assertThat(encoded("kata_x{le=\"x\"} 5", FamilyType.UNTYPED, FamilyType.GAUGE).getLabel(0))
        .isEqualTo(pair("le", "x"));
    assertThat(encoded("kata_x{le=\"1\"} 5", FamilyType.UNTYPED, FamilyType.HISTOGRAM).getLabel(0))
        .isEqualTo(pair("le", "1"));
  }
}

package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.proto.prometheus.Gauge;
import io.katamonitor.proto.prometheus.LabelPair;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.template.LinePattern;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MessageSplicerTest {
  private static final LabelBytes LABELS =
      new LabelBytes("\n\6\n\1s\22\0011".getBytes(ISO_8859_1), new int[] {8});

  private final Block block = new Block();
  private final LineOffsets offsets = new LineOffsets();

  private static LinePattern pattern() {
    byte[] item = "\n\11\n\4item\22\1a\22\11\11".getBytes(ISO_8859_1);
    byte[] none = "\22\11\11".getBytes(ISO_8859_1);
    byte[] bytes = Arrays.copyOf(item, item.length + none.length);
    System.arraycopy(none, 0, bytes, item.length, none.length);
    return new LinePattern(bytes, new int[] {11, 14}, new int[] {14, 17});
  }

  /** The message of the package's worked example. */
  @Test
  void writesTheWorkedExample() {
    int next =
        MessageSplicer.splice(pattern(), 0, 1, LABELS, "5\n6\n".getBytes(US_ASCII), block, offsets);

    assertThat(Arrays.copyOf(block.bytes(), block.length()))
        .isEqualTo(
            "\42\36\n\11\n\4item\22\1a\n\6\n\1s\22\0011\22\11\11\0\0\0\0\0\0\24\100"
                .getBytes(ISO_8859_1));
    assertThat(next).isEqualTo(2);
    assertThat(offsets.start(0)).isZero();
    assertThat(offsets.prefix(0)).isEqualTo(2);
    assertThat(offsets.start(1)).isEqualTo(32);
  }

  @Test
  void writesEverySpellingOfANumberAsGeneratedMessagesDo() throws Exception {
    for (var value :
        new String[] {
          "0",
          "-1",
          "123456789012345",
          "1234567890123456",
          "18446744073709551616",
          "1e-7",
          "NaN",
          "-Inf",
          "+5",
          "007",
          "999999999999999999999999"
        }) {
      block.clear();
      MessageSplicer.splice(
          pattern(), 1, 2, LABELS, (value + "\n").getBytes(US_ASCII), block, offsets);
      double number =
          switch (value) {
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(value);
          };
      var metric =
          Metric.newBuilder()
              .addLabel(LabelPair.newBuilder().setName("s").setValue("1"))
              .setGauge(Gauge.newBuilder().setValue(number));
      assertThat(MetricFamily.parseFrom(Arrays.copyOf(block.bytes(), block.length())))
          .as(value)
          .isEqualTo(MetricFamily.newBuilder().addMetric(metric).build());
    }
  }
}

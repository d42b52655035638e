package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.proto.prometheus.LabelPair;
import io.katamonitor.proto.prometheus.Metric;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LabelPairsTest {
  private final LabelPairs pairs = new LabelPairs();
  private final Block block = new Block();

  private byte[] written() {
    return Arrays.copyOf(block.bytes(), block.length());
  }

  private static LabelPair pair(String name, String value) {
    return LabelPair.newBuilder().setName(name).setValue(value).build();
  }

  /** The worked example of the class's documentation. */
  @Test
  void encodesTheWorkedExample() {
    byte[] prefix = "m{a=\"x\\\\y\",".getBytes(UTF_8);
    pairs.writePrefix(prefix, 0, prefix.length, block);

    assertThat(written())
        .containsExactly(0x0A, 0x08, 0x0A, 0x01, 0x61, 0x12, 0x03, 0x78, 0x5C, 0x79);
    assertThat(pairs.prefixLength(prefix, 0, prefix.length)).isEqualTo(10);
  }

  @Test
  void encodesAsGeneratedMessagesDo() throws Exception {
    var value = "é中\ud83d\ude00";
    byte[] prefix =
        ("m{a=\"" + value + "\\n\\\"\",b=\"\",c=\"" + "x".repeat(200) + "\",").getBytes(UTF_8);
    pairs.writePrefix(prefix, 0, prefix.length, block);

    var expected =
        Metric.newBuilder()
            .addLabel(pair("a", value + "\n\""))
            .addLabel(pair("b", ""))
            .addLabel(pair("c", "x".repeat(200)))
            .build();
    assertThat(Metric.parseFrom(written())).isEqualTo(expected);
    assertThat(written()).isEqualTo(expected.toByteArray());
    assertThat(pairs.prefixLength(prefix, 0, prefix.length)).isEqualTo(block.length());
  }

  @Test
  void leavesOutABoundAndRenamesAnother() throws Exception {
    byte[] suffix = ",quantile=\"x\",le=\"1\"} ".getBytes(UTF_8);
    pairs.writeSuffix(
        suffix, 0, suffix.length, CanonicalSeries.LE, CanonicalSeries.QUANTILE, 2, block);

    assertThat(Metric.parseFrom(written()))
        .isEqualTo(Metric.newBuilder().addLabel(pair("exported_exported_quantile", "x")).build());
    assertThat(
            pairs.suffixLength(
                suffix, 0, suffix.length, CanonicalSeries.LE, CanonicalSeries.QUANTILE, 2))
        .isEqualTo(block.length());
  }

  @Test
  void removesEscapes() {
    byte[] help = "a\\nb\\\\c".getBytes(UTF_8);
    LabelPairs.writeUnescaped(help, 0, help.length, block);

    assertThat(new String(written(), UTF_8)).isEqualTo("a\nb\\c");
    assertThat(LabelPairs.unescapedLength(help)).isEqualTo(5);
  }
}

package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.SamplePart;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentLinesTest {
  private static final String HISTOGRAM =
      """
      # TYPE kata_h histogram
      kata_h_bucket{a="1",le="+Inf"} 3 170
      kata_h_sum{a="1"} 4
      kata_h_count 3
      """;
  private static final List<String> SAMPLES =
      List.of(
          "BUCKET kata_h_bucket{a=\"1\", ^ ,le=\"+Inf\"}  ^ 3 170",
          "SUM kata_h_sum{a=\"1\", ^ }  ^ 4",
          "COUNT kata_h_count{ ^ }  ^ 3");

  private final SegmentLines lines = new SegmentLines(new SegmentLines.Buffer());

  private static String sample(SegmentLines at) {
    var series = new String(at.series(), ISO_8859_1);
    var values = new String(at.values(), ISO_8859_1);
    return at.part()
        + " "
        + series.substring(at.prefixStart(), at.prefixEnd())
        + " ^ "
        + series.substring(at.prefixEnd(), at.suffixEnd())
        + " ^ "
        + values.substring(at.valueStart(), at.valueEnd());
  }

  private List<String> samples(DecodedBody body) {
    var all = new ArrayList<String>();
    for (int segment = 0; segment < body.segments(); segment++) {
      lines.open(body, segment);
      while (lines.next()) {
        all.add(sample(lines));
      }
    }
    return all;
  }

  @Test
  void readsTemplatedAndUntemplatedSamplesAlike() throws Exception {
    var learned = new LearningNode().decode(HISTOGRAM);
    var untemplated = new LearningNode(1000).decode(HISTOGRAM);
    assertThat(learned.template(0).isUntemplated()).isFalse();
    assertThat(untemplated.template(0).isUntemplated()).isTrue();

    assertThat(samples(learned)).isEqualTo(SAMPLES);
    assertThat(samples(untemplated)).isEqualTo(SAMPLES);
  }

  @Test
  void readsASampleOnceMore() throws Exception {
    for (long templateBytes : new long[] {1 << 20, 1000}) {
      var body = new LearningNode(templateBytes).decode(HISTOGRAM);
      lines.open(body, 0);
      lines.next();
      lines.next();
      int position = lines.samplePosition();
      int line = lines.sampleLine();
      lines.next();
      lines.openAt(body, 0, position, line);

      assertThat(lines.next()).isTrue();
      assertThat(sample(lines)).isEqualTo(SAMPLES.get(1));
      assertThat(lines.part()).isEqualTo(SamplePart.SUM);
    }
  }

  @Test
  void continuesAfterOthersHaveUsedTheBuffer() throws Exception {
    var body = new LearningNode().decode(HISTOGRAM);
    lines.open(body, 0);
    var all = new ArrayList<String>();
    while (lines.next()) {
      all.add(sample(lines));
      java.util.Arrays.fill(lines.values(), (byte) 'x');
      lines.reload();
    }

    assertThat(all).isEqualTo(SAMPLES);
  }

  @Test
  void readsValuesLongerThanOneRead() throws Exception {
    var text = new StringBuilder();
    var expected = new ArrayList<String>();
    for (int i = 0; i < 500; i++) {
      var value = "0".repeat(i * 2) + i;
      text.append("kata_x ").append(value).append('\n');
      expected.add("PLAIN kata_x{ ^ }  ^ " + value);
    }

    assertThat(samples(new LearningNode().decode(text.toString()))).isEqualTo(expected);
  }
}

package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.SampleLine;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SampleLimitsTest {
  private static @Nullable SampleDropReason exceededBy(String text) throws Exception {
    var line = new SampleLine();
    line.parse(text.getBytes(US_ASCII), 0, text.length());
    return SampleLimits.exceededBy(line);
  }

  private static String labels(int count) {
    var labels = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      labels.add("l" + i + "=\"\"");
    }
    return "a{" + String.join(",", labels) + "} 1";
  }

  @Test
  void metricNameHasTwoHundredBytesAtMost() throws Exception {
    assertThat(exceededBy("a".repeat(200) + " 1")).isNull();
    assertThat(exceededBy("a".repeat(201) + " 1")).isEqualTo(SampleDropReason.NAME);
  }

  @Test
  void sampleHasThirtyTwoLabelsAtMost() throws Exception {
    assertThat(exceededBy(labels(32))).isNull();
    assertThat(exceededBy(labels(33))).isEqualTo(SampleDropReason.LABELS);
    assertThat(exceededBy(labels(5000))).isEqualTo(SampleDropReason.LABELS);
  }

  @Test
  void labelNameHasAHundredAndTwentyEightBytesAtMost() throws Exception {
    assertThat(exceededBy("a{" + "b".repeat(128) + "=\"\"} 1")).isNull();
    assertThat(exceededBy("a{" + "b".repeat(129) + "=\"\"} 1"))
        .isEqualTo(SampleDropReason.LABEL_NAME);
  }

  @Test
  void labelValueHasAThousandAndTwentyFourBytesAtMost() throws Exception {
    assertThat(exceededBy("a{b=\"" + "x".repeat(1024) + "\"} 1")).isNull();
    assertThat(exceededBy("a{b=\"" + "x".repeat(1025) + "\"} 1"))
        .isEqualTo(SampleDropReason.LABEL_VALUE);
  }

  @Test
  void escapesOfALabelValueCountAsOneByteEach() throws Exception {
    assertThat(exceededBy("a{b=\"" + "\\n".repeat(1024) + "\"} 1")).isNull();
    assertThat(exceededBy("a{b=\"" + "\\n".repeat(1024) + "x\"} 1"))
        .isEqualTo(SampleDropReason.LABEL_VALUE);
  }

  @Test
  void anyLabelIsCompared() throws Exception {
    assertThat(exceededBy("a{c=\"1\",b=\"" + "x".repeat(1025) + "\"} 1"))
        .isEqualTo(SampleDropReason.LABEL_VALUE);
    assertThat(exceededBy("a{c=\"1\"," + "b".repeat(129) + "=\"\"} 1"))
        .isEqualTo(SampleDropReason.LABEL_NAME);
  }
}

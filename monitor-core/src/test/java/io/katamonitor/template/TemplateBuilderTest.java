package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SampleLine;
import org.junit.jupiter.api.Test;

class TemplateBuilderTest {
  private final TemplateBuilder builder = new TemplateBuilder(new SeriesWriter(LearningNode.NAMES));
  private final Family family = new Family("kata_x", LearningNode.NAMES, 0);

  private static SampleLine line(String text) throws Exception {
    var line = new SampleLine();
    line.parse(text.getBytes(US_ASCII), 0, text.length());
    return line;
  }

  private FamilyTemplate built() {
    return new FamilyTemplate(family, FamilyType.GAUGE, true, null, new byte[0], builder);
  }

  @Test
  void acceptsFiveHundredAndTwelveSeries() throws Exception {
    for (int i = 0; i < 512; i++) {
      assertThat(builder.add(line("kata_x 1"), 0, family)).isTrue();
    }
    assertThat(builder.add(line("kata_x 1"), 0, family)).isFalse();
    assertThat(builder.lines()).isEqualTo(512);
  }

  @Test
  void acceptsTwentyFourKibibytesOfSeries() throws Exception {
    int most = FamilyTemplate.MAX_INPUT_BYTES - "kata_x{a=\"\"} ".length();
    assertThat(builder.add(line("kata_x{a=\"" + "x".repeat(most + 1) + "\"} 1"), 0, family))
        .isFalse();
    assertThat(builder.lines()).isZero();
    assertThat(builder.add(line("kata_x{a=\"" + "x".repeat(most) + "\"} 1"), 0, family)).isTrue();
    assertThat(builder.add(line("kata_x 1"), 0, family)).isFalse();
  }

  @Test
  void startsWithTheSeriesOfATemplateAndGoesOnWithOthers() throws Exception {
    builder.add(line("kata_x{a=\"1\"} 1"), 0, family);
    builder.add(line("kata_x{a=\"2\"} 1"), 0, family);
    var first = built();
    builder.startWith(first, 1);
    builder.add(line("kata_x{b=\"3\"} 1"), 0, family);
    var second = built();

    assertThat(new String(second.inputSeries(), US_ASCII))
        .isEqualTo("kata_x{a=\"1\"} kata_x{b=\"3\"} ");
    assertThat(new String(second.output().bytes(), US_ASCII))
        .isEqualTo("kata_x{a=\"1\",} kata_x{b=\"3\",} ");
    assertThat(new String(first.inputSeries(), US_ASCII)).as("unchanged").contains("a=\"2\"");
  }

  @Test
  void builderOfOwnSeriesHasNoWriter() {
    assertThatThrownBy(() -> new TemplateBuilder(null).writer())
        .isInstanceOf(IllegalStateException.class);
  }
}

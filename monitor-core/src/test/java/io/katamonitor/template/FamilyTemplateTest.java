package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SampleLine;
import io.katamonitor.exposition.SamplePart;
import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyTemplateTest {
  private final LearningNode node = new LearningNode();

  private static FamilyTemplate template(String name, String... lines) throws Exception {
    var builder = new TemplateBuilder(new SeriesWriter(LearningNode.NAMES));
    var family = new Family(name, LearningNode.NAMES, 0);
    for (var text : lines) {
      var line = new SampleLine();
      line.parse(text.getBytes(US_ASCII), 0, text.length());
      assertThat(builder.add(line, 0, family)).isTrue();
    }
    return new FamilyTemplate(family, FamilyType.GAUGE, true, null, new byte[0], builder);
  }

  /** The worked example of the class's documentation. */
  @Test
  void holdsEachSeriesAsReceivedAndAsWritten() throws Exception {
    var template = template("x", "x{a=\"b\"} 5", "x{a=\"c\"} 6");

    assertThat(new String(template.inputSeries(), US_ASCII)).isEqualTo("x{a=\"b\"} x{a=\"c\"} ");
    assertThat(template.inputEnds()).containsExactly(9, 18);
    assertThat(new String(template.output().bytes(), US_ASCII))
        .isEqualTo("x{a=\"b\",} x{a=\"c\",} ");
    assertThat(template.output().insertOffsets()).containsExactly(8, 18);
    assertThat(template.output().ends()).containsExactly(10, 20);
  }

  /** The worked example of the package's documentation. */
  @Test
  void learnsTheWorkedExampleAndKeepsOnlyItsValues() throws Exception {
    var text = "# TYPE kata_x gauge\nkata_x{item=\"a\"} 5\nkata_x{item=\"b\"} 17\n";
    assertThat(text).hasSize(59);

    var body = node.decode(text);

    var template = body.template(0);
    assertThat(new String(template.header(), US_ASCII)).isEqualTo("# TYPE kata_x gauge\n");
    assertThat(new String(template.inputSeries(), US_ASCII))
        .isEqualTo("kata_x{item=\"a\"} kata_x{item=\"b\"} ");
    assertThat(body.segments()).isEqualTo(1);
    assertThat(body.extent(0)).isEqualTo(2);
    assertThat(LearningNode.values(body, 0)).isEqualTo("5\n17\n").hasSize(5);
    var next = node.decode(text.replace("17", "18"));
    assertThat(next.template(0)).isSameAs(template);
    assertThat(LearningNode.values(next, 0)).isEqualTo("5\n18\n");
  }

  @Test
  void comparesItsSeries() throws Exception {
    var one = template("x", "x 5", "x{a=\"c\"} 6");
    var other = template("x", "x 5", "x{a=\"d\"} 6");

    assertThat(one.hasSeries(1, "?x{a=\"c\"} 7".getBytes(US_ASCII), 1, 10)).isTrue();
    assertThat(one.hasSeries(0, "?x{a=\"c\"} 7".getBytes(US_ASCII), 1, 10)).isFalse();
    assertThat(one.startsLike(other, 1)).isTrue();
    assertThat(one.startsLike(other, 2)).isFalse();
    assertThat(one.lines()).isEqualTo(2);
    assertThat(one.inputStart(1)).isEqualTo(2);
  }

  @Test
  void returnsTheSuffixOfASampleName() throws Exception {
    var template = template("go_x", "go_x_bucket{le=\"1\"} 5", "go_x_sum 1", "go_x 1");

    assertThat(List.of(template.part(0), template.part(1), template.part(2)))
        .containsExactly(SamplePart.BUCKET, SamplePart.SUM, SamplePart.PLAIN);
    var foreign = template("x", "xy 1");
    assertThatThrownBy(() -> foreign.part(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void returnsThePartsOfItsFirstSamples() throws Exception {
    var template = template("x", "x_sum 1", "x_count 2", "x 3");
    int sum = SamplePart.SUM.bit();
    assertThat(template.parts(1)).isEqualTo(sum);
    assertThat(template.parts(2)).isEqualTo(sum | SamplePart.COUNT.bit());
    assertThat(template.parts(3)).isEqualTo(sum | SamplePart.COUNT.bit() | SamplePart.PLAIN.bit());
    assertThat(template.parts(1)).isEqualTo(sum);

    var untemplated = new FamilyTemplate(template.family(), FamilyType.SUMMARY, null);
    untemplated.addPart(SamplePart.SUM);
    untemplated.addPart(SamplePart.PLAIN);
    assertThat(untemplated.parts(700)).isEqualTo(sum | SamplePart.PLAIN.bit());
  }

  @Test
  void growsToItsLimits() throws Exception {
    var builder = new TemplateBuilder(new SeriesWriter(LearningNode.NAMES));
    var family = new Family("x", LearningNode.NAMES, 0);
    var line = new SampleLine();
    line.parse("x 1".getBytes(US_ASCII), 0, 3);
    for (int i = 0; i < FamilyTemplate.MAX_LINES - 1; i++) {
      assertThat(builder.add(line, 0, family)).isTrue();
    }
    var almost = new FamilyTemplate(family, FamilyType.GAUGE, false, null, new byte[0], builder);
    assertThat(almost.canGrow(FamilyTemplate.MAX_INPUT_BYTES - 511 * 2)).isTrue();
    assertThat(almost.canGrow(FamilyTemplate.MAX_INPUT_BYTES - 511 * 2 + 1)).isFalse();
    assertThat(builder.add(line, 0, family)).isTrue();
    var full = new FamilyTemplate(family, FamilyType.GAUGE, false, null, new byte[0], builder);
    assertThat(full.canGrow(1)).isFalse();
  }

  @Test
  void ownSeriesAreGivenAsTheyAreWritten() {
    var own =
        FamilyTemplate.own(
            "kata_monitor_x",
            FamilyType.GAUGE,
            "X.",
            List.of("kata_monitor_x{".getBytes(US_ASCII)),
            List.of("} ".getBytes(US_ASCII)));

    assertThat(own.isOwn()).isTrue();
    assertThat(own.isShared()).isFalse();
    assertThat(new String(own.output().bytes(), US_ASCII)).isEqualTo("kata_monitor_x{} ");
    assertThat(own.output().insertOffsets()).containsExactly(15);
    assertThat(own.help()).isEqualTo("X.".getBytes(US_ASCII));
  }

  @Test
  void recordsItsFirstUseByAScrape() throws Exception {
    var template = template("x", "x 5");
    assertThat(template.isShared()).isFalse();
    assertThat(template.markUsed(0)).as("the scrape that learned it").isTrue();
    assertThat(template.markUsed(0)).isFalse();
    assertThat(template.markUsed(4)).isTrue();
    assertThat(template.markUsed(4)).isFalse();
  }
}

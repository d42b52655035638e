package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleLineTest {
  private final SampleLine line = new SampleLine();

  private SampleLine parse(String text) throws MalformedExpositionException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    line.parse(bytes, 0, bytes.length);
    return line;
  }

  private static String labels(int count) {
    var labels = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      labels.add("l" + i + "=\"\"");
    }
    return "a{" + String.join(",", labels) + "} 1";
  }

  /** The worked example of the package's documentation. */
  @Test
  void findsTheRangesOfTheWorkedExample() throws Exception {
    byte[] text = "kata_a{item=\"x y\", le = \"0.5\" ,} 1e3 170\n".getBytes(ISO_8859_1);
    assertThat(text).hasSize(41);

    line.parse(text, 0, 40);

    assertThat(List.of(line.nameStart(), line.nameEnd())).containsExactly(0, 6);
    assertThat(line.labelCount()).isEqualTo(2);
    assertThat(List.of(line.labelNameStart(0), line.labelNameEnd(0))).containsExactly(7, 11);
    assertThat(List.of(line.labelValueStart(0), line.labelValueEnd(0))).containsExactly(13, 16);
    assertThat(List.of(line.labelNameStart(1), line.labelNameEnd(1))).containsExactly(19, 21);
    assertThat(List.of(line.labelValueStart(1), line.labelValueEnd(1))).containsExactly(25, 28);
    assertThat(List.of(line.valueStart(), line.valueEnd())).containsExactly(33, 36);
    assertThat(List.of(line.timestampStart(), line.timestampEnd())).containsExactly(37, 40);
    assertThat(line.text()).isSameAs(text);
    assertThat(line.isLabelNamed(1, "le".getBytes(ISO_8859_1))).isTrue();
    assertThat(line.isLabelNamed(0, "le".getBytes(ISO_8859_1))).isFalse();
  }

  @Test
  void lineWithoutLabelsOrTimestampHasNone() throws Exception {
    parse("\t a  5 ");

    assertThat(line.labelCount()).isZero();
    assertThat(line.nameStart()).isEqualTo(2);
    assertThat(line.valueStart()).isEqualTo(5);
    assertThat(line.timestampStart()).isEqualTo(line.timestampEnd());
  }

  @Test
  void escapesStayAsTheyAre() throws Exception {
    parse("a{b=\"\\\"\\\\\\n\"} 1");

    assertThat(line.labelValueEnd(0) - line.labelValueStart(0)).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{a=\"b\"} 1 | a line that starts with no metric name",
        "9 1 | a line that starts with no metric name",
        "a-b 1 | an illegal character in a metric name",
        "a | a value that is not a number",
        "a{} | a value that is not a number",
        "a x | a value that is not a number",
        "a 1 1.5 | a timestamp that is not a count of milliseconds",
        "a 1 -1 | a timestamp that is not a count of milliseconds",
        "a 1 1 1 | text after the timestamp",
        "a{b=\"c\" 1 | neither comma nor brace after a label",
        "a{b=\"c\" d=\"e\"} 1 | neither comma nor brace after a label",
        "a{b=\"c\", | labels without a closing brace",
        "a{9=\"c\"} 1 | an illegal label name",
        "a{,} 1 | an illegal label name",
        "a{:=\"c\"} 1 | an illegal label name",
        "a{__name__=\"c\"} 1 | the reserved label name __name__",
        "a{b} 1 | a label name without an equals sign",
        "a{b=c} 1 | a label value without an opening quote",
        "a{b=\"\\x\"} 1 | an illegal escape in a label value",
        "a{b=\"c | a label value without a closing quote",
        "a{b=\"c\",b=\"d\"} 1 | a repeated label name"
      })
  void namesTheRuleThatALineBreaks(String text, String rule) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(MalformedExpositionException.class)
        .hasMessage(rule);
  }

  @Test
  void rejectsWhatIsNotUtf8() {
    assertThatThrownBy(() -> parse("a{b=\"\u00ff\"} 1")).hasMessage("invalid UTF-8");
  }

  @Test
  void findsARepeatedNameAmongFewAndManyLabels() throws Exception {
    for (int count : new int[] {2, 16, 17, 1024}) {
      var legal = labels(count);
      parse(legal);
      assertThat(line.labelCount()).isEqualTo(count);
      var repeated = legal.replace("l" + (count - 1) + "=", "l0=");
      assertThatThrownBy(() -> parse(repeated)).hasMessage("a repeated label name");
    }
  }

  @Test
  void keepsThePositionsOfAThousandAndTwentyFourLabelsAndCountsMore() throws Exception {
    parse(labels(1024));
    assertThat(line.keptLabels()).isEqualTo(1024);

    parse(labels(1030));
    assertThat(line.keptLabels()).isEqualTo(SampleLine.MAX_POSITIONS);
    assertThat(line.labelCount()).isEqualTo(1030);

    line.clear();
    assertThat(line.labelCount()).isZero();
  }

  @Test
  void countsTheLinesThatItParses() throws Exception {
    parse("a 1");
    parse("a 2");

    assertThat(line.parsed()).isEqualTo(2);
  }
}

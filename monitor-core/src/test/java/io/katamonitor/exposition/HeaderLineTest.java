package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderLineTest {
  private final HeaderLine header = new HeaderLine();

  private HeaderLine.Kind parse(String line) throws MalformedExpositionException {
    byte[] text = line.getBytes(ISO_8859_1);
    return header.parse(text, 1, text.length);
  }

  @Test
  void findsNameAndTextOfAHelpLine() throws Exception {
    assertThat(parse("# HELP  kata_a \tAll \\\\ of\\nit. ")).isEqualTo(HeaderLine.Kind.HELP);
    assertThat(header.nameStart()).isEqualTo(8);
    assertThat(header.nameEnd()).isEqualTo(14);
    assertThat(header.helpStart()).isEqualTo(16);
  }

  @Test
  void helpTextMayBeEmpty() throws Exception {
    assertThat(parse("#HELP a")).isEqualTo(HeaderLine.Kind.HELP);
    assertThat(header.helpStart()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "gauge,GAUGE",
    "Counter,COUNTER",
    "HISTOGRAM,HISTOGRAM",
    "summary,SUMMARY",
    "untyped,UNTYPED"
  })
  void findsTheTypeInAnyCase(String word, FamilyType type) throws Exception {
    assertThat(parse("#\tTYPE a " + word + " \t")).isEqualTo(HeaderLine.Kind.TYPE);
    assertThat(header.type()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"#", "# ", "# a remark", "# help a b", "# HELP", "# TYPE ", "# EOF", "# \u00ff"})
  void doesNotInspectOtherComments(String line) throws Exception {
    assertThat(parse(line)).isEqualTo(HeaderLine.Kind.OTHER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "# HELP 9 x | an illegal metric name in a HELP or TYPE line",
        "# TYPE a-b gauge | an illegal metric name in a HELP or TYPE line",
        "# HELP a \\x | an illegal escape in a HELP line",
        "# HELP a \\ | an illegal escape in a HELP line",
        "# HELP a \\\" | an illegal escape in a HELP line",
        "# TYPE a | an unknown type",
        "# TYPE a info | an unknown type",
        "# TYPE a gauge x | an unknown type"
      })
  void namesTheRuleThatALineBreaks(String line, String rule) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(MalformedExpositionException.class)
        .hasMessage(rule);
  }

  @Test
  void rejectsAHelpTextThatIsNotUtf8() {
    assertThatThrownBy(() -> parse("# HELP a \u00ff")).hasMessage("invalid UTF-8");
  }
}

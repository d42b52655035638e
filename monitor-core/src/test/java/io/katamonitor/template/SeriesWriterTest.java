package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.SampleLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesWriterTest {
  private static String written(String text, String familyName) throws Exception {
    var line = new SampleLine();
    line.parse(text.getBytes(US_ASCII), 0, text.length());
    var writer = new SeriesWriter(LearningNode.NAMES);
    writer.writePrefix(line, new Family(familyName, LearningNode.NAMES, 0));
    int prefix = writer.length();
    writer.writeSuffix(line);
    var all = new String(writer.bytes(), 0, writer.length(), US_ASCII);
    return all.substring(0, prefix) + " ^ " + all.substring(prefix);
  }

  /** The worked example of the class's documentation. */
  @Test
  void writesTheWorkedExample() throws Exception {
    assertThat(written("x_bucket { le=\"1\" , a=\"b\", sandbox_id=\"z\" } 5", "x"))
        .isEqualTo("x_bucket{a=\"b\",exported_sandbox_id=\"z\", ^ ,le=\"1\"} ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "x 5 | x{ ^ }",
        "x{} 5 | x{ ^ }",
        "x{a=\"\\\"\"} 5 | x{a=\"\\\"\", ^ }",
        "x{cri_uid=\"1\"} 5 | x{exported_cri_uid=\"1\", ^ }",
        "x{quantile=\"1\",le=\"2\"} 5 | x{ ^ ,quantile=\"1\",le=\"2\"}",
        "x{exported_cri_uid=\"1\"} 5 | x{exported_cri_uid=\"1\", ^ }",
        "x{cri_uid=\"1\",exported_cri_uid=\"2\"} 5"
            + " | x{exported_exported_cri_uid=\"1\",exported_cri_uid=\"2\", ^ }",
        "x{exported_exported_cri_uid=\"3\",cri_uid=\"1\",exported_cri_uid=\"2\"} 5"
            + " | x{exported_exported_cri_uid=\"3\",exported_exported_exported_cri_uid=\"1\","
            + "exported_cri_uid=\"2\", ^ }",
      })
  void writesBoundsLastAndRenamesAddedLabels(String line, String series) throws Exception {
    assertThat(written(line, "x").strip()).isEqualTo(series.strip());
  }

  @Test
  void addsThePrefixOfKataToFamiliesOfTheShimProcess() throws Exception {
    assertThat(written("go_x_sum 5", "go_x")).isEqualTo("kata_shim_go_x_sum{ ^ } ");
  }
}

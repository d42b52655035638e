package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.template.SegmentLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundExporterTest {
  private static String suffix(String series, FamilyType type) {
    var node = new MergedNode();
    var body = requireNonNull(node.decode((series + " 1\n").getBytes(US_ASCII)));
    var lines = new SegmentLines(new SegmentLines.Buffer());
    lines.open(body, 0);
    lines.next();
    var block = new Block();
    new BoundExporter().writeSuffix(lines, type, block);
    return new String(block.bytes(), 0, block.length(), US_ASCII);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "kata_x | HISTOGRAM | }",
        "kata_x{le=\"1\"} | HISTOGRAM | ,le=\"1\"}",
        "kata_x{le=\"x\"} | HISTOGRAM | ,exported_le=\"x\"}",
        "kata_x{le=\"\"} | HISTOGRAM | ,exported_le=\"\"}",
        "kata_x{le=\"x\"} | SUMMARY | ,le=\"x\"}",
        "kata_x{quantile=\"x\"} | SUMMARY | ,exported_quantile=\"x\"}",
        "kata_x{quantile=\"x\",le=\"y\"} | HISTOGRAM | ,quantile=\"x\",exported_le=\"y\"}",
        "kata_x{le=\"x\",quantile=\"y\"} | HISTOGRAM | ,exported_le=\"x\",quantile=\"y\"}",
        "kata_x{exported_le=\"1\",le=\"x\"} | HISTOGRAM | ,exported_exported_le=\"x\"}",
        "kata_x{exported_exported_le=\"1\",le=\"x\"} | HISTOGRAM | ,exported_le=\"x\"}",
        "kata_x{exported_exported_le=\"1\",exported_le=\"2\",le=\"x\"} | HISTOGRAM"
            + " | ,exported_exported_exported_le=\"x\"}"
      })
  void renamesBoundsThatAreNotNumbers(String series, FamilyType type, String written) {
    assertThat(suffix(series, type)).isEqualTo(written + " ");
  }

  @Test
  void onlyHistogramsAndSummariesHaveBounds() {
    assertThat(BoundExporter.boundName(FamilyType.HISTOGRAM)).isEqualTo(CanonicalSeries.LE);
    assertThat(BoundExporter.boundName(FamilyType.SUMMARY)).isEqualTo(CanonicalSeries.QUANTILE);
    assertThat(BoundExporter.boundName(FamilyType.GAUGE)).isEmpty();
  }
}

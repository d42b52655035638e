package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.SampleLine;
import io.katamonitor.memory.PagedBytes;
import org.junit.jupiter.api.Test;

class UntemplatedLinesTest {
  private final LearningNode node = new LearningNode();

  private byte[] record(String text, String value) throws Exception {
    var line = new SampleLine();
    line.parse(text.getBytes(ISO_8859_1), 0, text.length());
    var name = text.substring(0, line.nameEnd());
    var bytes = new PagedBytes(node.store);
    UntemplatedLines.append(
        line,
        new Family(name, LearningNode.NAMES, -1),
        new SeriesWriter(LearningNode.NAMES),
        value.getBytes(ISO_8859_1),
        value.length(),
        bytes);
    byte[] record = new byte[bytes.length()];
    bytes.copyTo(0, record, 0, record.length);
    return record;
  }

  @Test
  void recordIsThreeLengthsAndThreePieces() throws Exception {
    byte[] record = record("kata_x{le=\"1\",a=\"b\"} 5 7", "5 7\n");

    assertThat(new String(record, ISO_8859_1))
        .isEqualTo("\r\0\0\0\t\0\0\0\4\0\0\0kata_x{a=\"b\",,le=\"1\"} 5 7\n");
    assertThat(UntemplatedLines.getInt(record, 0)).isEqualTo(13);
    assertThat(UntemplatedLines.getInt(record, 4)).isEqualTo(9);
  }

  @Test
  void readsNumbersOfFourBytes() {
    assertThat(UntemplatedLines.getInt(new byte[] {9, (byte) 0x80, (byte) 0xFF, 1, 2}, 1))
        .isEqualTo(0x0201FF80);
  }

  /** As many labels as are allowed, each as long as it may be, and each byte escaped. */
  @Test
  void longestRecordHasTheBytesThatAreReservedForIt() throws Exception {
    var text = new StringBuilder("go_").append("x".repeat(197)).append('{');
    for (int i = 0; i < SampleLimits.MAX_LABELS; i++) {
      var name =
          i < 4 ? new String[] {"sandbox_id", "cri_uid", "cri_name", "cri_namespace"}[i] : "";
      text.append(i == 0 ? "" : ",").append(name);
      text.append(name.isEmpty() ? ("l" + i + "x".repeat(126)).substring(0, 128) : "");
      text.append("=\"").append("\\n".repeat(1024)).append('"');
    }
    var number = "0".repeat(1100);
    text.append("} ").append(number).append(' ').append(number);

    byte[] record = record(text.toString(), number + " " + number + "\n");

    assertThat(record).hasSizeLessThanOrEqualTo(UntemplatedLines.MAX_RECORD_BYTES);
    assertThat(record).hasSizeGreaterThan(UntemplatedLines.MAX_RECORD_BYTES * 9 / 10);
  }
}

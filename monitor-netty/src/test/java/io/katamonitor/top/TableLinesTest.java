package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableLinesTest {
  private static final SafeText SAFE = new SafeText(UTF_8);

  private static List<AttributedString> lines(NodeReport report, int width, Colours colours) {
    return new TableLines(SAFE, colours, width)
        .lines(report, report.sandboxes(), report.sandboxes().getFirst(), false);
  }

  private static List<String> texts(NodeReport report, int width) {
    return lines(report, width, Colours.NONE).stream()
        .map(line -> line.toString().stripTrailing())
        .toList();
  }

  private static NodeReport report() throws MonitorException {
    return new SandboxesDocument()
        .failing("f0123456789abc", "database-0", "Refused")
        .running("r0123456789abc", "web-7d9c8b6f5d-x2x4z", 0.25, 512 << 20)
        .report();
  }

  @Test
  void unlimitedWidthShowsEveryColumnWhole() throws Exception {
    assertThat(texts(report(), TableLines.UNLIMITED))
        .containsExactly(
            "STATE    POD                            CPU  MEMORY  LIMIT  OVERHEAD  AGE  SCRAPED"
                + "  TOOK  SAMPLES  RUNTIME                ID             REASON",
            "failing  default/database-0               -   100Mi      -         -    -  20m old"
                + "  3.0s        -  runtime-rs/dragonball  f0123456789ab  It timed out: Refused,"
                + " for 5m",
            "running  default/web-7d9c8b6f5d-x2x4z  0.25   512Mi    50%     1.0Mi   3h       3s"
                + "  12ms     1024  go/qemu                r0123456789ab");
  }

  @Test
  void eightyColumnsOmitLessImportantColumns() throws Exception {
    assertThat(texts(report(), 80))
        .containsExactly(
            "STATE    POD                          CPU  MEMORY  LIMIT  OVERHEAD  AGE  SCRAPED",
            "failing  default/database-0             -   100Mi      -         -    -  20m old",
            "running  default/web-7d9c8b6f~x2x4z  0.25   512Mi    50%     1.0Mi   3h       3s");
  }

  @Test
  void fortyColumnsKeepBothEndsOfThePodsName() throws Exception {
    assertThat(texts(report(), 40))
        .containsExactly(
            "STATE   POD             CPU MEMORY LIMIT",
            "failing default/~ase-0    -  100Mi     -",
            "running default/~x2x4z 0.25  512Mi   50%");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 10, 13, 20, 39, 40, 41, 59, 60, 61, 79, 100, 132, 200, 1000})
  void noLineIsWiderThanTheScreen(int width) throws Exception {
    var hostile =
        new SandboxesDocument()
            .failing("x".repeat(300), "\\u4e2d\\u6587".repeat(100), "\\u202e\\u001b[2J".repeat(50))
            .failing("y", "p".repeat(253), "e".repeat(500))
            .unknown("")
            .report();

    for (var report : List.of(report(), hostile)) {
      assertThat(lines(report, width, Colours.ANSI))
          .allMatch(line -> line.columnLength() <= width)
          .allMatch(line -> line.toString().chars().noneMatch(Character::isISOControl))
          .hasSize(report.sandboxes().size() + 1);
    }
  }

  @Test
  void troubleIsColouredOnlyIfColoursAreEnabled() throws Exception {
    assertThat(lines(report(), 80, Colours.ANSI).get(1).toAnsi()).contains("31");
    assertThat(lines(report(), 80, Colours.NONE).get(1).toAnsi()).doesNotContain("31");
  }

  @Test
  void selectedRowIsInverseOverTheWholeWidth() throws Exception {
    var line = lines(report(), 80, Colours.NONE).get(1);

    assertThat(line.columnLength()).isEqualTo(80);
    assertThat(line.toAnsi()).contains("\u001b[7m");
  }

  @Test
  void truncationIsMarked() {
    assertThat(TableLines.cut("abcdef", 6)).isEqualTo("abcdef");
    assertThat(TableLines.cut("abcdef", 4)).isEqualTo("abc~");
    assertThat(TableLines.cut("abcdef", 0)).isEmpty();
    assertThat(TableLines.cut("\u4e2d\u4e2d\u4e2d", 4)).isEqualTo("\u4e2d~");
  }
}

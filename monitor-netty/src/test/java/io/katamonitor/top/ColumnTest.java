package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnTest {
  private static NodeReport report() throws MonitorException {
    return new SandboxesDocument()
        .running("0123456789abcdef", "web", 0.5, 512 << 20)
        .failing("f1", "db", "Refused")
        .unknown("u1")
        .report();
  }

  @ParameterizedTest
  @CsvSource({
    "STATE, running, failing, starting",
    "POD, default/web, default/db, (u1)",
    "CPU, 0.50, -, -",
    "MEMORY, 512Mi, 100Mi, -",
    "LIMIT, 50%, -, -",
    "OVERHEAD, 1.0Mi, -, -",
    "AGE, 3h, -, -",
    "SCRAPED, 3s, 20m old, -",
    "TOOK, 12ms, 3.0s, -",
    "SAMPLES, 1024, -, -",
    "MACHINE, go/qemu, runtime-rs/dragonball, ''",
    "ID, 0123456789abc, f1, u1",
  })
  void textsOfRows(Column column, String running, String failing, String unknown)
      throws MonitorException {
    var report = report();

    assertThat(report.sandboxes())
        .extracting(row -> column.text(row, report))
        .containsExactly(running, failing, unknown);
  }

  @Test
  void reasonHasItsStartTime() throws Exception {
    var report = report();

    assertThat(report.sandboxes())
        .extracting(row -> Column.REASON.text(row, report))
        .containsExactly("", "It timed out: Refused, for 5m", "");
  }

  @Test
  void reasonWithoutAMessageIsTheReasonAndTheError() throws Exception {
    var report =
        new SandboxesDocument().add("{\"reason\":\"timeout\",\"error\":\"none in 3 s\"}").report();

    assertThat(Column.reason(report.sandboxes().getFirst(), report))
        .isEqualTo("timeout: none in 3 s");
  }

  @ParameterizedTest
  @CsvSource({
    "STATE, f1 u1 a b",
    "POD, u1 a b f1",
    "CPU, b a u1 f1",
    "MEMORY, a f1 b u1",
    "LIMIT, a b u1 f1",
    "SCRAPED, a b f1 u1",
    "AGE, a b u1 f1",
    "TOOK, f1 a b u1",
  })
  void rowsInTheOrderOfAColumn(Column column, String ids) throws MonitorException {
    var rows =
        new ArrayList<>(
            new SandboxesDocument()
                .running("a", "aa", 0.5, 512 << 20)
                .running("b", "bb", 0.75, 1 << 20)
                .failing("f1", "ff", "x")
                .unknown("u1")
                .report()
                .sandboxes());
    rows.sort(column.order());

    assertThat(rows).extracting(SandboxRow::id).containsExactly(ids.split(" "));
  }

  @Test
  void keysSortAndEachMeansOneColumn() {
    assertThat(Column.ofKey('c')).isEqualTo(Column.CPU);
    assertThat(Column.ofKey('n')).isEqualTo(Column.POD);
    assertThat(Column.ofKey('x')).isNull();
    assertThat(Column.ofKey(0)).isNull();
    var ranks = new HashSet<Integer>();
    for (var column : Column.values()) {
      assertThat(ranks.add(column.rank())).isTrue();
    }
    assertThat(List.of(Column.POD.isNumber(), Column.CPU.isNumber())).containsExactly(false, true);
  }
}

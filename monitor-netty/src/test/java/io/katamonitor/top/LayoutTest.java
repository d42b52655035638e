package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.top.Keys.Kind;
import java.time.Instant;
import java.util.List;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:01Z");
  private static final String URL = "http://127.0.0.1:8090";

  private final TableState state = new TableState(URL);
  private final Layout layout = new Layout(new SafeText(US_ASCII), Colours.NONE);

  private static SandboxesDocument document() {
    return new SandboxesDocument()
        .failing("f1", "db", "Refused")
        .running("r1", "web", 0.25, 512 << 20)
        .unknown("u1");
  }

  private List<String> screen(int width, int height, Instant now) {
    return layout.screen(state, width, height, now).stream()
        .map(AttributedString::toString)
        .map(String::stripTrailing)
        .toList();
  }

  private void type(String characters) {
    characters.chars().forEach(c -> state.key(new Keys.Key(Kind.CHARACTER, c), 5));
  }

  @Test
  void wholeScreen() throws Exception {
    state.report(document().report(), NOW);

    assertThat(screen(80, 15, NOW))
        .containsExactly(
            "kata-monitor 1.2.3 at http://127.0.0.1:8090",
            "3 sandboxes  1 failing  1 starting  CPU 0.25  memory 612Mi  scraped 10s ago",
            "STATE     POD           CPU  MEMORY  LIMIT  OVERHEAD  AGE  SCRAPED",
            "failing   default/db      -   100Mi      -         -    -  20m old",
            "starting  (u1)            -       -      -         -    -        -",
            "running   default/web  0.25   512Mi    50%     1.0Mi   3h       3s",
            "",
            "",
            "",
            "",
            "",
            "",
            "default/db",
            "failing: It timed out: Refused, for 5m  runtime-rs/dragonball  f1",
            "by STATE  / filter  s n c m l o a t sort  h help  q quit");
  }

  @Test
  void lowScreenHasNoDetails() throws Exception {
    state.report(document().report(), NOW);

    assertThat(screen(80, 6, NOW))
        .hasSize(6)
        .contains("failing   default/db    -   100Mi      -         -    -  20m old")
        .endsWith("by STATE  / filter  s n c m l o a t sort  h help  q quit");
    assertThat(layout.page(state, 80, 6, NOW)).isEqualTo(2);
    assertThat(layout.page(state, 80, 24, NOW)).isEqualTo(18);
    assertThat(layout.page(state, 80, 1, NOW)).isEqualTo(1);
  }

  @Test
  void fortyColumnsWrapTheSummary() throws Exception {
    state.report(document().withLostRuntime().report(), NOW);

    assertThat(screen(40, 14, NOW))
        .startsWith(
            "kata-monitor 1.2.3 at http://127.0.0.1:8",
            "3 sandboxes  1 failing  1 starting",
            "CPU 0.25  memory 612Mi  scraped 10s ago",
            "! The container runtime does not",
            "respond at /run/cri.sock: pods of new",
            "sandboxes are unknown.",
            "STATE    POD          CPU MEMORY LIMIT")
        .endsWith("by STATE  h help");
  }

  @Test
  void itReportsThatNoResponseHasArrived() {
    assertThat(screen(80, 10, NOW))
        .startsWith("kata-monitor at " + URL, "Waiting for its response.");

    state.failed("connection refused");
    assertThat(screen(80, 10, NOW))
        .contains("! No response from the monitor: connection refused. Trying again.");
  }

  @Test
  void tableOfAnUnreachableMonitorHasItsAge() throws Exception {
    state.report(document().report(), NOW);
    state.failed("connection refused");

    assertThat(screen(120, 15, NOW.plusSeconds(9)))
        .contains(
            "! No response from the monitor: connection refused. Trying again. The table is from 9s"
                + " ago.")
        .anyMatch(line -> line.startsWith("running   default/web"));
  }

  @Test
  void tableOfMoreThanTenMinutesAgoIsOldAndFaint() throws Exception {
    state.report(document().report(), NOW);
    state.failed("connection refused");

    var later = NOW.plusSeconds(601);
    assertThat(screen(120, 15, later))
        .anyMatch(line -> line.endsWith("The table is OLD, from 10m ago."));
    assertThat(layout.screen(state, 120, 15, later))
        .filteredOn(line -> line.toString().startsWith("running"))
        .allMatch(line -> line.toAnsi().contains("\u001b[2m"))
        .hasSize(1);
  }

  @Test
  void filterAndOrderAreInTheLastLine() throws Exception {
    state.report(document().report(), NOW);
    type("cc/web");
    assertThat(screen(100, 15, NOW).getLast()).isEqualTo("filter: web_");

    state.key(Keys.Key.of(Kind.ENTER), 5);
    assertThat(screen(100, 15, NOW).getLast())
        .startsWith("1 of 3 match \"web\"  by CPU reversed  / filter");
    assertThat(screen(100, 15, NOW)).noneMatch(line -> line.startsWith("failing"));
  }

  @Test
  void helpReplacesTheTable() throws Exception {
    state.report(document().report(), NOW);
    type("h");

    assertThat(screen(100, 20, NOW)).contains("Keys").noneMatch(line -> line.startsWith("STATE"));
  }

  @Test
  void plainTableHasEverything() throws Exception {
    state.report(document().withUnreadableRoot().report(), NOW);

    assertThat(layout.plain(state, NOW).stream().map(AttributedString::toString))
        .hasSize(7)
        .contains("! The storage root /run/kata cannot be read: Permission denied.")
        .noneMatch(line -> line.contains("\u001b"));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 3", "40, 2", "40, 24", "80, 1", "200, 60"})
  void allTextIsEscapedAndTruncatedToTheScreen(int width, int height) throws Exception {
    state.report(
        new SandboxesDocument()
            .failing("\\u001b[2J", "\\u202e\\u0007" + "p".repeat(253), "\\u009b31m\\r\\n")
            .add(
                "{\"state\":\"\\u001b]0;x\\u0007\",\"runtime\":\"\\u0000\",\"handler\":\"\\u2066\"}")
            .report(),
        NOW);
    state.failed("\u001b[31m no\r");
    type("/\u202e");

    var lines = layout.screen(state, width, height, NOW);
    assertThat(lines).hasSizeLessThanOrEqualTo(height);
    assertThat(lines)
        .allMatch(line -> line.columnLength() <= width)
        .allMatch(line -> line.toString().chars().allMatch(c -> c >= ' ' && c <= '~'));
  }
}

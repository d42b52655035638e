package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.top.Keys.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableStateTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:01Z");
  private static final int PAGE = 3;

  private final TableState state = new TableState("http://m");

  @BeforeEach
  void report() throws MonitorException {
    state.report(
        new SandboxesDocument()
            .running("a", "web-a", 0.1, 300)
            .running("b", "web-b", 0.3, 100)
            .failing("c", "db", "Refused")
            .running("d", "web-d", 0.2, 200)
            .report(),
        NOW);
  }

  private void type(String characters) {
    characters.chars().forEach(c -> state.key(new Keys.Key(Kind.CHARACTER, c), PAGE));
  }

  private void press(Kind... kinds) {
    for (var kind : kinds) {
      state.key(Keys.Key.of(kind), PAGE);
    }
  }

  private String ids() {
    return String.join("", state.rows().stream().map(SandboxRow::id).toList());
  }

  private String selected() {
    return Objects.requireNonNull(state.selected()).id();
  }

  @Test
  void failingOnesAreFirstUnlessAKeySorts() {
    assertThat(ids()).isEqualTo("cabd");
    type("c");
    assertThat(ids()).isEqualTo("bdac");
    type("m");
    assertThat(ids()).isEqualTo("cadb");
    assertThat(state.sortedBy()).isEqualTo(Column.MEMORY);
  }

  @Test
  void sameKeyAgainReversesTheOrder() {
    type("nn");
    assertThat(ids()).isEqualTo("dbac");
    assertThat(state.isReversed()).isTrue();
    type("n");
    assertThat(ids()).isEqualTo("cabd");
  }

  @Test
  void filterIsTypedKeptAndRemoved() {
    type("/WEB");
    assertThat(ids()).isEqualTo("abd");
    assertThat(state.editsFilter()).isTrue();
    type("-q");
    assertThat(ids()).isEmpty();
    press(Kind.BACKSPACE);
    assertThat(ids()).isEqualTo("abd");
    press(Kind.ENTER);
    assertThat(state.editsFilter()).isFalse();
    assertThat(state.filter()).isEqualTo("WEB-");
    press(Kind.ESCAPE);
    assertThat(state.filter()).isEmpty();
    assertThat(ids()).isEqualTo("cabd");
  }

  @Test
  void keysThatSortAreLettersOfAFilter() {
    type("/cq ");
    assertThat(state.filter()).isEqualTo("cq ");
    press(Kind.ESCAPE);
    assertThat(state.editsFilter()).isFalse();
    assertThat(ids()).isEqualTo("cabd");
  }

  @Test
  void filterHasALimitAndNoHalfCharacter() {
    type("/" + "x".repeat(300));
    assertThat(state.filter()).hasSize(TableState.MAX_FILTER);
    press(Kind.ESCAPE);
    type("/");
    state.key(new Keys.Key(Kind.CHARACTER, 0x1f600), PAGE);
    press(Kind.BACKSPACE, Kind.BACKSPACE);
    assertThat(state.filter()).isEmpty();
  }

  @Test
  void selectionMovesAndStaysInside() {
    press(Kind.UP);
    assertThat(selected()).isEqualTo("c");
    press(Kind.DOWN, Kind.DOWN);
    assertThat(selected()).isEqualTo("b");
    press(Kind.PAGE_DOWN);
    assertThat(selected()).isEqualTo("d");
    press(Kind.PAGE_UP);
    assertThat(selected()).isEqualTo("c");
    press(Kind.END);
    assertThat(selected()).isEqualTo("d");
    press(Kind.HOME);
    type("jjk");
    assertThat(selected()).isEqualTo("a");
  }

  @Test
  void selectionFollowsItsSandboxOrMovesToANeighbour() throws Exception {
    press(Kind.DOWN, Kind.DOWN);
    type("c");
    assertThat(selected()).isEqualTo("b");
    press(Kind.DOWN);
    assertThat(selected()).isEqualTo("d");

    state.report(
        new SandboxesDocument().running("a", "web-a", 1, 1).running("b", "web-b", 2, 1).report(),
        NOW);
    assertThat(selected()).isEqualTo("a");

    state.report(new SandboxesDocument().report(), NOW);
    assertThat(state.selected()).isNull();
    press(Kind.DOWN, Kind.END, Kind.PAGE_UP);
    assertThat(state.visible(5)).isEmpty();
  }

  @Test
  void firstRowIsSelectedUntilTheSelectionMoves() {
    type("c");
    assertThat(selected()).isEqualTo("b");
  }

  @Test
  void visibleRowsHoldTheSelectedOne() {
    assertThat(state.visible(2)).extracting(SandboxRow::id).containsExactly("c", "a");
    press(Kind.END);
    assertThat(state.visible(2)).extracting(SandboxRow::id).containsExactly("b", "d");
    press(Kind.UP);
    assertThat(state.visible(2)).extracting(SandboxRow::id).containsExactly("b", "d");
    press(Kind.HOME);
    assertThat(state.visible(10)).hasSize(4);
    assertThat(state.visible(0)).isEmpty();
  }

  @Test
  void failureKeepsTheTableAndTheNextReportEndsIt() throws Exception {
    state.failed("connection refused");
    assertThat(state.failure()).isEqualTo("connection refused");
    assertThat(ids()).isEqualTo("cabd");
    assertThat(state.reportAge(NOW.plusSeconds(5))).isEqualTo(Duration.ofSeconds(5));

    report();
    assertThat(state.failure()).isEmpty();
  }

  @Test
  void helpIsShownUntilAnotherKey() {
    type("h");
    assertThat(state.showsHelp()).isTrue();
    type("?");
    assertThat(state.showsHelp()).isFalse();
    type("?");
    press(Kind.ESCAPE);
    assertThat(state.showsHelp()).isFalse();
    type("/we");
    press(Kind.ENTER);
    for (var key : new String[] {"/", "c", "x"}) {
      type("h" + key);
      assertThat(state.showsHelp()).as(key).isFalse();
      press(Kind.ENTER);
    }
    type("h");
    press(Kind.DOWN);
    assertThat(state.showsHelp()).isFalse();
    type("h");
    press(Kind.ESCAPE);
    assertThat(state.showsHelp()).isFalse();
    assertThat(state.filter()).as("Esc leaves the help only").isEqualTo("we");
  }
}

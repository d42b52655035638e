package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link Top}, {@link LiveTable} and {@link TerminalScreen} as a process in a real terminal, with
 * the image's flags for the virtual machine.
 */
@Tag("system")
final class TopInTerminalTest {
  private Path folder = Path.of("/tmp");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory(Path.of("/tmp"), "top");
  }

  @AfterEach
  void deleteFolder() throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.delete(folder);
  }

  private static SandboxesDocument document() {
    return new SandboxesDocument()
        .failing("f1", "database-0", "Refused")
        .running("r1", "web-1", 0.25, 512 << 20)
        .running("r2", "web-2", 1.5, 100 << 20);
  }

  private String top(String... flags) throws IOException {
    return new TopProgram(folder).command(flags);
  }

  private void kill(String signal) throws IOException, InterruptedException {
    var pid = Files.readString(folder.resolve("pid")).strip();
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
  }

  @Test
  void followsTheMonitorAndTheTerminalsSize() throws Exception {
    try (var monitor = ChangingMonitor.start(document());
        var terminal = Tmux.open(folder, 100, 24)) {
      terminal.run(top("--url", monitor.url()));
      var screen = terminal.await(text -> text.contains("default/web-2"));
      assertThat(screen.lines())
          .startsWith(
              "kata-monitor 1.2.3 at " + monitor.url(),
              "3 sandboxes  1 failing  CPU 1.75  memory 712Mi  scraped 10s ago")
          .endsWith("by STATE  / filter  s n c m l o a t sort  h help  q quit");
      assertThat(terminal.property("alternate_on")).isEqualTo("1");
      assertThat(terminal.property("cursor_flag")).isEqualTo("0");

      monitor.show(document().running("r3", "web-3", 0, 1));
      terminal.press("Space");
      terminal.await(text -> text.contains("default/web-3") && text.contains("4 sandboxes"));

      terminal.resize(40, 14);
      screen =
          terminal.await(
              text -> text.contains("STATE   POD") && text.stripTrailing().endsWith("h help"));
      assertThat(screen.stripTrailing().lines()).hasSize(14).allMatch(line -> line.length() <= 40);

      terminal.resize(160, 30);
      screen = terminal.await(text -> text.contains("RUNTIME") && text.contains("REASON"));
      assertThat(screen.stripTrailing().lines()).hasSize(30);
    }
  }

  @Test
  void keysSortFilterAndSelect() throws Exception {
    try (var monitor = ChangingMonitor.start(document());
        var terminal = Tmux.open(folder, 100, 24)) {
      terminal.run(top("--url", monitor.url()));
      terminal.await(text -> text.contains("default/web-2"));

      terminal.type("c");
      terminal.await(
          text -> text.contains("by CPU") && text.indexOf("web-2") < text.indexOf("web-1"));
      terminal.press("Down");
      terminal.await(text -> text.contains("\nrunning  go/qemu  handler kata  r1\n"));

      terminal.type("/data");
      terminal.await(text -> text.contains("filter: data_") && !text.contains("web-1"));
      terminal.press("Enter");
      terminal.await(text -> text.contains("1 of 3 match \"data\""));
      terminal.press("Escape");
      terminal.await(text -> text.contains("default/web-1"));

      terminal.type("h");
      terminal.await(text -> text.contains("select a sandbox"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"q", "C-c", "TERM", "INT", "HUP"})
  void everyEndRestoresTheScreen(String end) throws Exception {
    try (var monitor = ChangingMonitor.start(document());
        var terminal = Tmux.open(folder, 100, 24)) {
      terminal.run("stty -g; echo before");
      var before = terminal.await(text -> text.contains("\nbefore\n"));
      terminal.run(top("--url", monitor.url()));
      terminal.await(text -> text.contains("default/web-2"));

      if (end.length() < 4 && !end.equals("INT") && !end.equals("HUP")) {
        terminal.press(end);
      } else {
        kill(end);
      }
      terminal.await(text -> text.contains("\nbefore\n") && text.strip().endsWith(Tmux.PROMPT));
      assertThat(terminal.screen()).doesNotContain("default/web", "kata-monitor 1.2.3");
      assertThat(terminal.property("alternate_on")).isEqualTo("0");
      assertThat(terminal.property("cursor_flag")).isEqualTo("1");
      terminal.run("echo code $?; stty -g; echo after");
      var after = terminal.await(text -> text.contains("\nafter\n"));

      assertThat(after).contains(end.equals("q") || end.equals("C-c") ? "code 0" : "code 1");
      assertThat(modes(after)).hasSize(2).containsOnly(modes(before).getFirst());
    }
  }

  /** The lines of {@code stty -g}. */
  private static List<String> modes(String screen) {
    return screen.lines().filter(line -> line.matches("[0-9a-f]+(:[0-9a-f]+)+")).toList();
  }

  @Test
  void screenIsRestoredAfterASuspension() throws Exception {
    try (var monitor = ChangingMonitor.start(document());
        var terminal = Tmux.open(folder, 100, 24)) {
      terminal.run(top("--url", monitor.url()));
      terminal.await(text -> text.contains("default/web-2"));

      kill("STOP");
      terminal.await(text -> text.contains("Stopped"));
      terminal.run("clear; echo other program");
      terminal.await(text -> text.contains("other program") && !text.contains("default/web-2"));
      terminal.run("fg");

      terminal.await(text -> text.contains("default/web-2") && !text.contains("other program"));
      terminal.type("q");
      terminal.await(text -> text.strip().endsWith(Tmux.PROMPT));
    }
  }

  @Test
  void unreachableMonitorIsReportedUntilItIsBack() throws Exception {
    try (var monitor = ChangingMonitor.start(document());
        var terminal = Tmux.open(folder, 100, 24)) {
      monitor.stop();
      terminal.run(top("--url", monitor.url()));
      terminal.await(text ->
          text.contains("! No response from the monitor: connection refused. Trying again."));

      monitor.restart();
      terminal.await(text -> text.contains("default/web-2") && !text.contains("No response"));

      monitor.stop();
      terminal.await(text -> text.contains("The table is from ") && text.contains("default/web-2"));

      monitor.show(document().running("r4", "web-4", 0, 1));
      monitor.restart();
      terminal.await(text -> text.contains("default/web-4") && !text.contains("No response"));
    }
  }

  @Test
  void noControlSequencePassesFromPodsErrorsOrGuests() throws Exception {
    var hostile =
        new SandboxesDocument()
            .failing("f1", "\\u001b]0;owned\\u0007\\u202e", "\\u009b2J\\r\\n\\u001b[2J\\u2066")
            .add("{\"id\":\"x\",\"state\":\"\\u001b[?1049l\",\"handler\":\"\\u200f\"}");
    try (var monitor = ChangingMonitor.start(hostile);
        var terminal = Tmux.open(folder, 200, 24)) {
      terminal.run(top("--url", monitor.url()));
      terminal.await(text -> text.contains("<U+001B>]0;owned<U+0007><U+202E>"));
      terminal.press("Down", "Down", "q");
      terminal.await(text -> text.strip().endsWith(Tmux.PROMPT));

      assertThat(terminal.property("pane_title")).doesNotContain("owned");
      var bytes = terminal.written();
      assertThat(new String(bytes, ISO_8859_1))
          .doesNotContain("\u001b]", "\u0007", "\u001b[2J\u001b[2J");
      assertThat(new String(bytes, UTF_8)).doesNotContain("\u202e", "\u2066", "\u200f", "\u009b");
    }
  }

  @Test
  void coloursAreOnlyUsedIfEnabled() throws Exception {
    try (var monitor = ChangingMonitor.start(document())) {
      for (var environment : List.of("A=b", "NO_COLOR=1", "TERM=vt100")) {
        try (var terminal = Tmux.open(folder, 100, 24, environment)) {
          terminal.run(top("--url", monitor.url()));
          terminal.await(text -> text.contains("default/web-2"));

          assertThat(terminal.styledScreen().contains("[31m")).isEqualTo(environment.equals("A=b"));
        }
      }
    }
  }

  @Test
  void localeThatIsNotUtf8() throws Exception {
    var names = new SandboxesDocument().failing("f1", "web", "\u00e9\u4e2d");
    try (var monitor = ChangingMonitor.start(names);
        var terminal = Tmux.open(folder, 200, 24, "LC_ALL=POSIX")) {
      terminal.run(top("--url", monitor.url()));
      terminal.await(text -> text.contains("<U+00E9><U+4E2D>"));
      terminal.type("q");
      terminal.await(text -> text.strip().endsWith(Tmux.PROMPT));

      for (byte b : terminal.written()) {
        assertThat(b).isNotNegative();
      }
    }
    try (var monitor = ChangingMonitor.start(names);
        var terminal = Tmux.open(folder, 200, 24, "LC_ALL=C.UTF-8")) {
      terminal.run(top("--url", monitor.url()));
      terminal.await(text -> text.contains("\u00e9\u4e2d"));
    }
  }

  @Test
  void pipedOutputIsPlainAndEnds() throws Exception {
    try (var monitor = ChangingMonitor.start(document());
        var terminal = Tmux.open(folder, 200, 24)) {
      var file = folder.resolve("table");
      terminal.run(top("--url", monitor.url()) + " > " + file + "; echo code $?");
      terminal.await(text -> text.contains("\ncode 0\n"));

      assertThat(Files.readString(file))
          .startsWith("kata-monitor 1.2.3 at " + monitor.url() + "\n")
          .contains("default/web-2", "default/database-0")
          .doesNotContain("\u001b");

      monitor.stop();
      terminal.run(top("--url", monitor.url()) + " | cat; echo code ${PIPESTATUS[0]}");
      terminal.await(text ->
          text.contains("no response from the monitor at " + monitor.url())
              && text.contains("\ncode 1\n"));
    }
  }
}

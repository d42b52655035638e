package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  private int run(boolean isTerminal, Map<String, String> environment, String... arguments)
      throws InterruptedException {
    return new Top(
            environment,
            isTerminal,
            new PrintStream(out, true, UTF_8),
            new PrintStream(errors, true, UTF_8))
        .execute(List.of(arguments));
  }

  private int run(String... arguments) throws InterruptedException {
    return run(false, Map.of(), arguments);
  }

  @Test
  void withoutATerminalItPrintsThePlainTable() throws Exception {
    try (var monitor =
        ChangingMonitor.start(new SandboxesDocument().failing("f1", "db", "\\u001b[2J\\u202e"))) {
      int code = run("--url=" + monitor.url());

      assertThat(out.toString(UTF_8).lines())
          .contains("1 sandbox  1 failing  CPU -  memory 100Mi  scraped 10s ago")
          .anyMatch(line -> line.contains("It timed out: <U+001B>[2J<U+202E>"));
      assertThat(errors.toString(UTF_8)).isEmpty();
      assertThat(code).isZero();
    }
  }

  @Test
  void monitorWithoutRatesIsRequestedOnceMore() throws Exception {
    var documents =
        new SandboxesDocument[] {
          new SandboxesDocument().failing("f1", "db", "x"),
          new SandboxesDocument().running("r1", "db", 0.75, 1)
        };
    try (var monitor = ChangingMonitor.start(documents[0])) {
      monitor.showAfterNextResponse(documents[1]);
      assertThat(run("--url=" + monitor.url())).isZero();
      assertThat(out.toString(UTF_8)).contains("CPU 0.75");
    }
  }

  @Test
  void terminalThatCannotMoveItsCursorGetsThePlainTable() throws Exception {
    try (var monitor = ChangingMonitor.start(new SandboxesDocument())) {
      for (var environment : List.of(Map.of("TERM", "dumb"), Map.<String, String>of())) {
        out.reset();
        assertThat(run(true, environment, "--url=" + monitor.url())).isZero();
        assertThat(out.toString(UTF_8)).contains("0 sandboxes").doesNotContain("\u001b");
      }
    }
  }

  @Test
  void jsonOfTheMonitorIsPrintedInAscii() throws Exception {
    var document = new SandboxesDocument().failing("f1", "db", "\u009b\u00e9");
    try (var monitor = ChangingMonitor.start(document)) {
      int code = run("--json", "--url=" + monitor.url());

      assertThat(out.toString(UTF_8))
          .isEqualTo(document.toString().replace("\u009b\u00e9", "\\u009b\\u00e9"));
      assertThat(code).isZero();
    }
  }

  @Test
  void unreachableMonitorIsReported() throws Exception {
    assertThat(run("--once", "--url=unix:/none/\u001b")).isEqualTo(1);
    assertThat(errors.toString(UTF_8))
        .isEqualTo(
            "kata-monitor top: no response from the monitor at unix:/none/<U+001B>: no such"
                + " file\n");
    assertThat(out.size()).isZero();
  }

  @Test
  void badFlagIsReported() throws Exception {
    assertThat(run("--onse")).isEqualTo(2);
    assertThat(errors.toString(UTF_8))
        .isEqualTo(
            "kata-monitor top: unknown flag \"--onse\": expected one of those that --help lists;"
                + " did you mean \"--once\"?\n");
  }

  @Test
  void helpIsPrinted() throws Exception {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo(TopOptions.USAGE);
  }

  @Test
  void closedOutputIsAFailure() throws Exception {
    var closed =
        new PrintStream(
            new java.io.OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            },
            true,
            Charset.forName("UTF-8"));

    assertThat(
            new Top(Map.of(), false, closed, new PrintStream(errors, true, UTF_8))
                .execute(List.of("--help")))
        .isEqualTo(1);
  }
}

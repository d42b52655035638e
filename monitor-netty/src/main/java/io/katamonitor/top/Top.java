package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * The command {@code kata-monitor top}. Exit codes: 0 for success, 1 if there is no table from the
 * monitor or the output was closed, 2 for a bad command line, 3 if the heap is exhausted.
 */
public final class Top {
  private static final int FAILED = 1;
  private static final int BAD_COMMAND_LINE = 2;
  private static final int OUT_OF_MEMORY = 3;

  private final Map<String, String> environment;
  private final boolean isTerminal;
  private final PrintStream out;
  private final PrintStream errors;

  Top(Map<String, String> environment, boolean isTerminal, PrintStream out, PrintStream errors) {
    this.environment = environment;
    this.isTerminal = isTerminal;
    this.out = out;
    this.errors = errors;
  }

  /**
   * Runs the command in this process's terminal, and ends the process.
   *
   * @param arguments without the word {@code top}
   */
  public static void run(List<String> arguments) throws InterruptedException {
    int code = new Top(System.getenv(), isTerminal(), System.out, System.err).execute(arguments);
    // halt, not exit: JLine's hook would wait for a read of the terminal that never ends.
    Runtime.getRuntime().halt(code);
  }

  @SuppressWarnings("SystemConsoleNull") // It is null in the image, which has no jdk.internal.le.
  private static boolean isTerminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  int execute(List<String> arguments) throws InterruptedException {
    try {
      var options = TopOptions.parse(arguments, environment);
      if (options.help()) {
        out.print(TopOptions.USAGE);
        return ended();
      }
      try (var client = new MonitorClient(options)) {
        if (options.once() || options.json() || !isTerminal || isDumb()) {
          return print(options, client);
        }
        return live(options, client);
      }
    } catch (BadOptionException e) {
      return refuse(String.valueOf(e.getMessage()), BAD_COMMAND_LINE);
    } catch (RuntimeException e) {
      return refuse("it failed: " + e, FAILED);
    } catch (OutOfMemoryError e) {
      return refuse("the table does not fit into this program's heap", OUT_OF_MEMORY);
    }
  }

  private int live(TopOptions options, MonitorClient client) throws InterruptedException {
    try (var screen = TerminalScreen.open(terminalType())) {
      new LiveTable(client, screen, options.url().text(), colours()).run();
      return 0;
    } catch (IOException e) {
      return refuse("cannot use this terminal (" + Causes.describe(e) + "): try --once", FAILED);
    }
  }

  private int print(TopOptions options, MonitorClient client) throws InterruptedException {
    try {
      byte[] json = client.fetch().get();
      var report = ReportReader.read(json);
      if (options.json()) {
        out.print(SafeText.json(new String(json, UTF_8)));
        return ended();
      }
      if (report.lacksRates()) {
        Thread.sleep(LiveTable.RATE_MILLIS);
        report = ReportReader.read(client.fetch().get());
      }
      var state = new TableState(options.url().text());
      state.report(report, Instant.now());
      for (var line :
          new Layout(new SafeText(out.charset()), Colours.NONE).plain(state, Instant.now())) {
        out.println(line.toString().stripTrailing());
      }
      return ended();
    } catch (ExecutionException | MonitorException e) {
      return refuse(
          "no response from the monitor at " + options.url().text() + ": " + Causes.describe(e),
          FAILED);
    }
  }

  /** A pipe whose reader has closed it ends the program, with an error code. */
  private int ended() {
    return out.checkError() ? FAILED : 0;
  }

  private int refuse(String sentence, int code) {
    errors.println("kata-monitor top: " + new SafeText(errors.charset()).of(sentence));
    return code;
  }

  /** A terminal that cannot move its cursor. */
  private boolean isDumb() {
    String type = type();
    return type.isEmpty() || type.equals("dumb");
  }

  private String type() {
    return environment.getOrDefault("TERM", "");
  }

  /**
   * The functions used are the same on all terminals, except for colours. So every terminal is
   * treated as xterm, whose capabilities are part of JLine: the image has no terminfo.
   */
  private String terminalType() {
    return hasColours() ? "xterm-256color" : "xterm";
  }

  private Colours colours() {
    return hasColours() ? Colours.ANSI : Colours.NONE;
  }

  private boolean hasColours() {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !type().startsWith("vt")
        && !type().endsWith("-mono")
        && !type().endsWith("-m");
  }
}

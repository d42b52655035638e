package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A terminal: tmux with one window, and a shell in it. All output of the program is recorded. */
final class Tmux implements AutoCloseable {
  static final String PROMPT = "ready>";
  private static final long LONGEST_SECONDS = 40;

  /** A server that ends keeps its socket for a while. */
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path socket;
  private final Path record;

  private Tmux(Path folder) {
    int number = COUNT.incrementAndGet();
    socket = folder.resolve("tmux" + number);
    record = folder.resolve("record" + number);
  }

  /**
   * Opens a terminal.
   *
   * @param folder for its socket and its record
   * @param environment such as {@code NO_COLOR=1}
   */
  static Tmux open(Path folder, int width, int height, String... environment)
      throws IOException, InterruptedException {
    var tmux = new Tmux(folder);
    var shell = new StringBuilder("env ");
    for (var variable : environment) {
      shell.append(variable).append(' ');
    }
    shell.append("PS1='").append(PROMPT).append(" ' bash --norc --noprofile");
    tmux.command(
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-x",
        "" + width,
        "-y",
        "" + height,
        shell.toString());
    tmux.command("set-option", "-g", "status", "off");
    tmux.command("resize-window", "-x", "" + width, "-y", "" + height);
    tmux.command("pipe-pane", "exec cat > " + tmux.record);
    tmux.await(screen -> screen.contains(PROMPT));
    return tmux;
  }

  String command(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("tmux", "-u", "-S", socket.toString()));
    command.addAll(Arrays.asList(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(command + ": " + output);
    }
    return output;
  }

  /** Types text and presses Enter. */
  void run(String line) throws IOException, InterruptedException {
    type(line);
    press("Enter");
  }

  void type(String text) throws IOException, InterruptedException {
    command("send-keys", "-l", text);
  }

  /** Presses keys by tmux's names. */
  void press(String... keys) throws IOException, InterruptedException {
    for (var key : keys) {
      command("send-keys", key);
    }
  }

  void resize(int width, int height) throws IOException, InterruptedException {
    command("resize-window", "-x", "" + width, "-y", "" + height);
  }

  /** What the screen shows, without styles. */
  String screen() throws IOException, InterruptedException {
    return command("capture-pane", "-p");
  }

  /** With the sequences of its styles. */
  String styledScreen() throws IOException, InterruptedException {
    return command("capture-pane", "-p", "-e");
  }

  /** Such as {@code alternate_on}. */
  String property(String name) throws IOException, InterruptedException {
    return command("display-message", "-p", "#{" + name + "}").strip();
  }

  /** Every byte that was written to the terminal, as Latin-1 and as UTF-8. */
  byte[] written() throws IOException {
    return Files.readAllBytes(record);
  }

  /** Waits until the screen is as expected, and returns it. */
  String await(Predicate<String> wanted) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (true) {
      var screen = screen();
      if (wanted.test(screen)) {
        return screen;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("The screen stays so:\n" + screen);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      command("kill-server");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

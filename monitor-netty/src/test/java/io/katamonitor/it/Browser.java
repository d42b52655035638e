package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A headless Chromium with one page, driven by playwright-core in a Node.js process. */
final class Browser implements AutoCloseable {
  private static final Path SOURCES = Path.of("src/test/browser");
  private static final Path FOLDER = Path.of("target/browser");

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader results;

  private Browser(Process process) {
    this.process = process;
    commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    results = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** Starts it; the first start installs its dependencies by npm. */
  static Browser start() throws Exception {
    for (var program : List.of("npm", "node", "chromium")) {
      Tool.require(program);
    }
    Files.createDirectories(FOLDER);
    install();
    var process =
        new ProcessBuilder("node", "browser.mjs")
            .directory(FOLDER.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new Browser(process);
  }

  /** One process at a time: classes of tests run in several, which share the folder. */
  private static void install() throws IOException, InterruptedException {
    try (var file = FileChannel.open(FOLDER.resolve("lock"), CREATE, WRITE);
        var lock = file.lock()) {
      assert lock.isValid();
      for (var name : List.of("package.json", "browser.mjs", "dashboard.html")) {
        var target = FOLDER.resolve(name);
        // An equal file stays: the driver of another test may be running it.
        if (!Files.exists(target) || Files.mismatch(SOURCES.resolve(name), target) >= 0) {
          Files.copy(SOURCES.resolve(name), target, REPLACE_EXISTING);
        }
      }
      var install =
          Tool.run(
              "npm",
              "install",
              "--prefix",
              FOLDER.toString(),
              "--no-package-lock",
              "--no-audit",
              "--no-fund");
      install.mustSucceed();
    }
  }

  /**
   * Opens a page.
   *
   * @param width of the window in pixels
   * @param withScript whether JavaScript is on
   */
  Browser open(String url, int width, boolean isDark, boolean withScript) throws IOException {
    run(
        "\"name\":\"open\",\"url\":%s,\"width\":%d,\"dark\":%b,\"script\":%b"
            .formatted(quoted(url), width, isDark, withScript));
    return this;
  }

  /** The address of a page among the sources of tests. */
  static String urlOf(String page) {
    return FOLDER.resolve(page).toUri().toString();
  }

  /** The result of an expression of JavaScript, as JSON. */
  String evaluate(String expression) throws IOException {
    return run("\"name\":\"evaluate\",\"expression\":" + quoted(expression));
  }

  /** Waits until an expression is true. */
  void await(String expression) throws IOException {
    run("\"name\":\"wait\",\"expression\":" + quoted(expression));
  }

  void press(String key) throws IOException {
    run("\"name\":\"press\",\"key\":" + quoted(key));
  }

  void type(String text) throws IOException {
    run("\"name\":\"type\",\"text\":" + quoted(text));
  }

  void click(String selector) throws IOException {
    run("\"name\":\"click\",\"selector\":" + quoted(selector));
  }

  void screenshot(Path file, int height) throws IOException {
    run(
        "\"name\":\"screenshot\",\"path\":%s,\"height\":%d"
            .formatted(quoted(file.toAbsolutePath().toString()), height));
  }

  /** Violations found by axe-core, as JSON; {@code []} for none. */
  String accessibilityProblems() throws IOException {
    return run("\"name\":\"axe\"");
  }

  /** Number of elements with an ARIA role in the accessibility tree. */
  int accessibleElements(String role) throws IOException {
    return Integer.parseInt(run("\"name\":\"role\",\"role\":" + quoted(role)));
  }

  /**
   * Loads a page several times and measures it: medians in milliseconds, as JSON.
   *
   * @param width of the window in pixels
   */
  String cost(String url, int width, int loads) throws IOException {
    return run(
        "\"name\":\"cost\",\"url\":%s,\"width\":%d,\"loads\":%d"
            .formatted(quoted(url), width, loads));
  }

  /** Errors on the console since the page was opened, as JSON. */
  String errors() throws IOException {
    return run("\"name\":\"errors\"");
  }

  private String run(String members) throws IOException {
    commands.write("{" + members + "}\n");
    commands.flush();
    var line = results.readLine();
    if (line == null || line.startsWith("{\"error\":")) {
      throw new AssertionError("the browser: {" + members + "}: " + line);
    }
    return line.substring("{\"result\":".length(), line.length() - 1);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  @Override
  public void close() throws IOException {
    commands.close(); // The process ends with its input.
    process.onExit().join();
  }
}

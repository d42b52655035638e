package io.katamonitor.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real programs that users run with the monitor. */
final class Tool {
  private static final int LIMIT_SECONDS = 60;

  /** Output of a program on both streams, and its exit code. */
  record Result(int code, String output) {
    String mustSucceed() {
      if (code != 0) {
        throw new AssertionError("ended with " + code + ": " + output);
      }
      return output;
    }
  }

  private Tool() {}

  /** Runs a program to its end, with nothing to read. */
  static Result run(String... command) throws IOException, InterruptedException {
    return run(new byte[0], Map.of(), command);
  }

  static Result run(byte[] input, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    require(command[0]);
    var output = Files.createTempFile("kata-monitor", ".out");
    try {
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      var process = builder.start();
      try (var in = process.getOutputStream()) {
        in.write(input);
      }
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(List.of(command) + " does not end: " + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  /** Fails with a sentence where the machine lacks a program that bin/test installs. */
  static void require(String program) {
    for (var folder : System.getenv().getOrDefault("PATH", "/usr/bin").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return;
      }
    }
    throw new AssertionError(
        program + " is not installed here: run the tests by bin/test, which installs it");
  }

  /** Errors of promtool about a text that does not parse; remarks on style are ignored. */
  static void promtoolAccepts(byte[] exposition) throws IOException, InterruptedException {
    var result = run(exposition, Map.of(), "promtool", "check", "metrics");
    if ((result.code() != 0 && result.code() != 3)
        || result.output().contains("error while linting")) {
      throw new AssertionError("promtool: " + result.output());
    }
  }
}

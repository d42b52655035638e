package io.katamonitor.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs real programs in a folder. */
final class Shell {
  private Shell() {}

  /** What a program printed, on both outputs, and its exit code. */
  record Result(int code, String output) {}

  /** Runs a script by sh, with a deadline. */
  static Result run(Path folder, String script) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("timeout", "20", "sh", "-ec", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(30, TimeUnit.SECONDS);
    return new Result(process.exitValue(), output);
  }
}

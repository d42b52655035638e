package io.katamonitor.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What a program printed.
 *
 * @param output standard output
 * @param errors standard error
 */
public record Program(int exitCode, String output, String errors) {
  private static final int SECONDS = 120;

  public static Program run(Path folder, String... command)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("program", ".err");
    Path output = Files.createTempFile("program", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " ran for " + SECONDS + " s");
      }
      return new Program(process.exitValue(), text(output), text(errors));
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }

  /** The output of a program that must succeed. */
  public static String output(Path folder, String... command)
      throws IOException, InterruptedException {
    Program program = run(folder, command);
    if (program.exitCode != 0) {
      throw new AssertionError(String.join(" ", command) + "\n" + program);
    }
    return program.output;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}

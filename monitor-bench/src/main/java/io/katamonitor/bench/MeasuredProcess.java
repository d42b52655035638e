package io.katamonitor.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process under measurement, as {@code /proc} shows it. Ends with {@link #close}. */
final class MeasuredProcess implements AutoCloseable {
  private static final long SETTLE_MILLIS = 25;
  private final Process process;

  private MeasuredProcess(Process process) {
    this.process = process;
  }

  static MeasuredProcess start(List<String> command, Map<String, String> environment) {
    try {
      var builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return new MeasuredProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the line that reports that it is ready. */
  MeasuredProcess awaitLine(String word) throws IOException {
    var said = process.inputReader();
    String line = said.readLine();
    while (line != null && !line.startsWith(word)) {
      line = said.readLine();
    }
    if (line == null) {
      throw new IOException("ended before it was ready: " + process.info().commandLine());
    }
    return this;
  }

  /** Writes a line to its standard input, and returns the line that it responds with. */
  String send(String command) throws IOException {
    var out = process.outputWriter();
    out.write(command);
    out.newLine();
    out.flush();
    var response = process.inputReader().readLine();
    if (response == null) {
      throw new IOException("no response to " + command);
    }
    return response;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** CPU time of all live threads in nanoseconds: the first field of schedstat. */
  long cpuNanos() {
    long sum = 0;
    try (var threads = Files.list(proc("task"))) {
      for (var thread : threads.toList()) {
        try {
          var fields = Files.readString(thread.resolve("schedstat"));
          sum += Long.parseLong(fields.substring(0, fields.indexOf(' ')));
        } catch (NoSuchFileException e) {
          // The thread has ended meanwhile.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum;
  }

  /** The same once the process is idle: work after a response is part of its cost. */
  long settledCpuNanos() throws InterruptedException {
    long before = cpuNanos();
    for (int i = 0; i < 40; i++) {
      TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
      long now = cpuNanos();
      if (now - before < 100_000) {
        return now;
      }
      before = now;
    }
    return before;
  }

  /** Peak resident memory in KiB. */
  long peakKib() {
    return field("status", "VmHWM:");
  }

  long residentKib() {
    return field("smaps_rollup", "Rss:");
  }

  long anonymousKib() {
    return field("smaps_rollup", "Anonymous:");
  }

  private long field(String file, String name) {
    try {
      for (var line : Files.readAllLines(proc(file))) {
        if (line.startsWith(name)) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(name + " is not in " + proc(file));
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

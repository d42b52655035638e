package io.katamonitor.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged daemon as a process, with the flags of the image; its log is kept. */
public final class Monitor implements AutoCloseable {
  private static final Pattern PORT =
      Pattern.compile("msg=listening address=\"127\\.0\\.0\\.1:([0-9]+)\"");

  private final Path log;
  private final Process process;
  private int port;

  private Monitor(Path log, Process process) {
    this.log = log;
    this.process = process;
  }

  /**
   * Starts it and returns at once; {@link #awaitListening} is to follow.
   *
   * @param before prefix of the command, to run it under a limit
   * @param jvmFlags in addition to those of the image
   */
  public static Monitor start(Path home, Node node, List<String> before, List<String> jvmFlags)
      throws IOException {
    return start(home, node.flags(), before, jvmFlags);
  }

  /**
   * The same with other flags than a node's.
   *
   * @param flags of the daemon, in addition to its address
   */
  static Monitor start(Path home, List<String> flags, List<String> before, List<String> jvmFlags)
      throws IOException {
    var target = home.resolve("monitor-netty/target");
    var command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + home.resolve("docker/jvm.options"));
    command.addAll(jvmFlags);
    command.addAll(
        List.of(
            "-cp",
            jar(target) + ":" + target.resolve("lib") + "/*",
            "io.katamonitor.KataMonitor",
            "-listen-address=127.0.0.1:0"));
    command.addAll(flags);
    var log = Files.createTempFile("kata-monitor-soak", ".log");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return new Monitor(log, builder.start());
  }

  private static Path jar(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches("monitor-netty(-[0-9].*)?\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException("there is no jar in " + target + ": build it first"));
    }
  }

  public void awaitListening() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline && process.isAlive()) {
      var listening = PORT.matcher(Files.readString(log));
      if (listening.find()) {
        port = Integer.parseInt(listening.group(1));
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException("the monitor does not start: " + Files.readString(log));
  }

  int port() {
    return port;
  }

  public URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + port + pathAndQuery);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** CPU time used so far. */
  double cpuSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  long pid() {
    return process.pid();
  }

  /** Everything it has written to both outputs. */
  public List<String> log() {
    try {
      return Files.readAllLines(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Log lines that must not occur in any run: errors, leaks, stack traces, crashes. */
  public List<String> complaints() {
    return log().stream()
        .filter(line ->
            !line.startsWith("time=")
                || line.matches(".* level=(error|fatal|panic) .*")
                || line.contains("LEAK")
                || line.contains("Cannot reserve") // direct memory
                || line.contains("Exception"))
        .toList();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      if (complaints().isEmpty()) {
        Files.deleteIfExists(log);
      } else {
        System.out.println("the monitor's log is in " + log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

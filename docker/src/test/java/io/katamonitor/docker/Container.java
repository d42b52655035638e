package io.katamonitor.docker;

import io.katamonitor.deploy.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The image, running with the memory, the privileges and the file system that the chart gives. */
final class Container implements AutoCloseable {
  static final Path HERE = Path.of(".");
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration STOP = Duration.ofSeconds(30);

  private final String name;
  private final Path log;
  private final Process process;

  private Container(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /** The command of podman, with the storage driver that works everywhere. */
  static List<String> podman(String... arguments) {
    var command = new ArrayList<>(List.of("env", "STORAGE_DRIVER=vfs", "podman"));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * @param options of podman: mounts, user, processors
   * @param arguments of the daemon
   */
  static Container start(List<String> options, List<String> arguments) throws IOException {
    String name = "kata-monitor-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    Path log = Files.createTempFile(name, ".log");
    List<String> command = podman("run", "--rm", "--name", name, "--runtime", "runc");
    command.addAll(List.of("--network", "host", "--read-only"));
    command.addAll(List.of("--cap-drop", "all", "--security-opt", "no-new-privileges"));
    command.addAll(List.of("--memory", "300m"));
    command.addAll(List.of("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"));
    command.addAll(options);
    command.add("localhost/kata-monitor");
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Container(name, log, process);
  }

  /** Waits until it responds. */
  void awaitReady(Web web, Duration longest) throws IOException, InterruptedException {
    await("readiness", longest, web::ready);
  }

  /** Waits until it has logged {@code text}. */
  void awaitLogged(String text, Duration longest) throws IOException, InterruptedException {
    await(text, longest, () -> log().contains(text));
  }

  private void await(String what, Duration longest, Await.Condition condition)
      throws IOException, InterruptedException {
    try {
      Await.until(what, longest, () -> !process.isAlive() || condition.holds());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ", in the container: " + log(), e);
    }
    if (!process.isAlive()) {
      throw new AssertionError("It ended with code " + process.exitValue() + ": " + log());
    }
  }

  /** Runs a command in the container. */
  Program exec(String... command) throws IOException, InterruptedException {
    var all = podman("exec", name);
    all.addAll(List.of(command));
    return Program.run(HERE, all.toArray(String[]::new));
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Stops it; returns the exit code. */
  int stop() throws IOException, InterruptedException {
    Program.output(
        HERE, podman("stop", "--time", "" + STOP.toSeconds(), name).toArray(String[]::new));
    return await();
  }

  int await() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError(name + " does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    try {
      if (process.isAlive()) {
        Program.run(HERE, podman("kill", name).toArray(String[]::new));
        await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.delete(log);
  }
}

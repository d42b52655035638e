package io.katamonitor.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A simulated node, and the programs that are measured on it. */
final class Stage implements AutoCloseable {
  private final Path home;
  private final Path directory;
  private final Subject simulator;

  private Stage(Path home, Path directory, Subject simulator) {
    this.home = home;
    this.directory = directory;
    this.simulator = simulator;
  }

  /** Starts a node whose metrics stand still, and wakes them all up once. */
  static Stage of(Path home, int sandboxes, List<String> more) throws IOException {
    var directory = Files.createDirectory(Path.of("/tmp", "kb" + System.nanoTime() % 1_000_000));
    var command =
        new ArrayList<>(
            List.of(
                home.resolve("bin/simulated-node").toString(),
                "--static",
                "--dir",
                directory.toString(),
                "--sandboxes",
                Integer.toString(sandboxes)));
    command.addAll(more);
    var simulator = Subject.start(command, Map.of()).untilItSays("ready");
    return new Stage(home, directory, simulator);
  }

  /** The shims, all in one process. */
  Subject simulator() {
    return simulator;
  }

  /**
   * Starts the floor program, compiled where it is not yet.
   *
   * @param keeping its buffers from scrape to scrape
   */
  Subject floor(int port, boolean keeping) throws IOException, InterruptedException {
    var program = home.resolve("monitor-bench/target/floor");
    var source = home.resolve("monitor-bench/src/main/c/floor.c");
    if (!Files.exists(program)
        || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) < 0) {
      var gcc =
          new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString())
              .inheritIO()
              .start();
      if (gcc.waitFor() != 0) {
        throw new IOException("gcc cannot compile floor.c");
      }
    }
    var command = new ArrayList<>(List.of(program.toString()));
    if (keeping) {
      command.add("-k");
    }
    command.addAll(List.of(Integer.toString(port), directory.resolve("vc/sbs").toString()));
    var floor = Subject.start(command, Map.of());
    awaitPort(floor, port);
    return floor;
  }

  /** Starts the monitor and returns at once. */
  Subject launchMonitor(int port, List<String> before) {
    return launchMonitor(port, before, List.of(), List.of());
  }

  private Subject launchMonitor(
      int port, List<String> before, List<String> flags, List<String> jvmOptions) {
    var command = new ArrayList<>(before);
    command.addAll(
        jvmOptions.isEmpty() ? List.of(monitorCommand().toString()) : runtime(jvmOptions));
    command.addAll(
        List.of(
            "--listen-address",
            "127.0.0.1:" + port,
            "--runtime-endpoint",
            directory.resolve("cri.sock").toString(),
            "--sandboxes-path",
            directory.resolve("vc/sbs").toString(),
            "--log-level",
            "error"));
    command.addAll(flags);
    return Subject.start(command, Map.of("MALLOC_ARENA_MAX", "2"));
  }

  /** Starts the monitor and waits until it serves and has had time to learn its pods. */
  Subject monitor(int port) throws IOException, InterruptedException {
    return monitor(port, List.of(), List.of());
  }

  /**
   * The same.
   *
   * @param flags of the monitor, besides
   * @param jvmOptions of its virtual machine, besides
   */
  Subject monitor(int port, List<String> flags, List<String> jvmOptions)
      throws IOException, InterruptedException {
    var monitor = launchMonitor(port, List.of(), flags, jvmOptions);
    awaitPort(monitor, port);
    TimeUnit.MILLISECONDS.sleep(1500);
    return monitor;
  }

  /** The application as it is shipped where it is built, else the one that runs from target. */
  private Path monitorCommand() {
    var shipped = shipped(home);
    return Files.isExecutable(shipped) ? shipped : home.resolve("bin/kata-monitor");
  }

  /**
   * What bin/kata-monitor executes, with more options: it passes none on, and takes none from the
   * environment.
   */
  private List<String> runtime(List<String> jvmOptions) {
    var target = home.resolve("monitor-netty/target");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + home.resolve("docker/jvm.options"));
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(target.resolve("classes") + ":" + target.resolve("lib/*"));
    command.add("io.katamonitor.KataMonitor");
    return command;
  }

  static Path shipped(Path home) {
    return home.resolve("docker/target/kata-monitor/bin/kata-monitor");
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  static void awaitPort(Subject subject, int port) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline && subject.isAlive()) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
    }
    throw new IOException("nobody listens on port " + port);
  }

  @Override
  public void close() throws IOException {
    simulator.close();
    try (var all = Files.walk(directory)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}

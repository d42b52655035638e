package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A simulated node and the programs measured on it. */
final class Stage implements AutoCloseable {
  private final Path home;
  private final Path directory;
  private final MeasuredProcess simulator;

  private Stage(Path home, Path directory, MeasuredProcess simulator) {
    this.home = home;
    this.directory = directory;
    this.simulator = simulator;
  }

  /** Starts a node with constant metrics. */
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
    var simulator = MeasuredProcess.start(command, Map.of()).awaitLine("ready");
    return new Stage(home, directory, simulator);
  }

  /** The shims, all in one process. */
  MeasuredProcess simulator() {
    return simulator;
  }

  /** Starts the floor program, after compiling it if needed. */
  MeasuredProcess floor(int port) throws IOException, InterruptedException {
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
    var command =
        List.of(program.toString(), Integer.toString(port), directory.resolve("vc/sbs").toString());
    var floor = MeasuredProcess.start(command, Map.of());
    awaitPort(floor, port);
    return floor;
  }

  /** Starts the monitor and returns at once. */
  MeasuredProcess launchMonitor(int port, List<String> before) {
    return launchMonitor(home, isShipped(home), port, before, List.of(), List.of());
  }

  private MeasuredProcess launchMonitor(
      Path build,
      boolean isShipped,
      int port,
      List<String> before,
      List<String> flags,
      List<String> jvmOptions) {
    var command = new ArrayList<>(before);
    command.addAll(
        isShipped && jvmOptions.isEmpty()
            ? List.of(shipped(build).toString())
            : runtime(build, jvmOptions));
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
    return MeasuredProcess.start(command, Map.of("MALLOC_ARENA_MAX", "2"));
  }

  /** Starts the monitor and waits until it responds and has had time to find its pods. */
  MeasuredProcess monitor(int port) throws IOException, InterruptedException {
    return monitor(port, List.of(), List.of());
  }

  /**
   * The same.
   *
   * @param flags of the monitor, besides
   * @param jvmOptions of its virtual machine, besides
   */
  MeasuredProcess monitor(int port, List<String> flags, List<String> jvmOptions)
      throws IOException, InterruptedException {
    return awaitPods(
        launchMonitor(home, isShipped(home), port, List.of(), flags, jvmOptions), port);
  }

  /**
   * The monitor of another build.
   *
   * @param build a checkout that is built
   * @param isShipped the packaged application, with its AOT cache; else the classes in target
   */
  MeasuredProcess monitorOf(Path build, boolean isShipped, int port)
      throws IOException, InterruptedException {
    return awaitPods(launchMonitor(build, isShipped, port, List.of(), List.of(), List.of()), port);
  }

  private static MeasuredProcess awaitPods(MeasuredProcess monitor, int port)
      throws IOException, InterruptedException {
    awaitPort(monitor, port);
    TimeUnit.MILLISECONDS.sleep(1500);
    return monitor;
  }

  /** Whether the packaged application exists; otherwise the classes in target are used. */
  static boolean isShipped(Path build) {
    return Files.isExecutable(shipped(build));
  }

  /**
   * The command line of bin/kata-monitor with further JVM options, which that script does not
   * accept.
   */
  private static List<String> runtime(Path build, List<String> jvmOptions) {
    var target = build.resolve("monitor-netty/target");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + build.resolve("docker/jvm.options"));
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(target.resolve("classes") + ":" + target.resolve("lib/*"));
    command.add("io.katamonitor.KataMonitor");
    return command;
  }

  private static Path shipped(Path home) {
    return home.resolve("docker/target/kata-monitor/bin/kata-monitor");
  }

  /**
   * Makes every shim generate its metrics, so that the first measured scrape need not wait for
   * that.
   */
  void wake() throws IOException, InterruptedException {
    int port = FreePort.find();
    try (var floor = floor(port)) {
      Scrape.get(port, "/", Format.TEXT);
      Scrape.get(port, "/", Format.TEXT);
      floor.settledCpuNanos();
    }
  }

  static void awaitPort(MeasuredProcess process, int port)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline && process.isAlive()) {
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

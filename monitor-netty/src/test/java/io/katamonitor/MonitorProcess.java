package io.katamonitor;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/** The program as a separate process, with the JVM flags of the image. */
public final class MonitorProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** The image's. */
  private static final Path JVM_OPTIONS = Path.of("../docker/jvm.options");

  private static final List<String> NONE = List.of();

  private final Path out;
  private final Path err;
  private final Process process;

  private MonitorProcess(Path out, Path err, Process process) {
    this.out = out;
    this.err = err;
    this.process = process;
  }

  public static MonitorProcess start(Path directory, String... arguments) throws IOException {
    var err = Files.createTempFile(directory, "err", "");
    return start(List.of(), directory, err, ProcessBuilder.Redirect.to(err.toFile()), arguments);
  }

  /** File permissions apply to it even if the tests run as root. */
  public static MonitorProcess startWithoutCapabilities(Path directory, String... arguments)
      throws IOException {
    var err = Files.createTempFile(directory, "err", "");
    boolean isRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    var before = isRoot ? List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all") : NONE;
    return start(before, directory, err, ProcessBuilder.Redirect.to(err.toFile()), arguments);
  }

  public static MonitorProcess startWithLimitOfOpenFiles(
      int limit, Path directory, String... arguments) throws IOException {
    var err = Files.createTempFile(directory, "err", "");
    var before = List.of("bash", "-c", "ulimit -n " + limit + " && exec \"$@\"", "bash");
    var log = ProcessBuilder.Redirect.to(err.toFile());
    return start(before, packed(directory), directory, err, log, arguments);
  }

  /** It has a separate /proc, mounted with {@code subset=pid}. */
  public static MonitorProcess startWithHiddenProc(Path directory, String... arguments)
      throws IOException {
    var err = Files.createTempFile(directory, "err", "");
    var before =
        List.of(
            "unshare",
            "--map-root-user",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            "mount -t proc -o subset=pid proc /proc && exec \"$@\"",
            "sh");
    return start(before, directory, err, ProcessBuilder.Redirect.to(err.toFile()), arguments);
  }

  /** Its standard error is a pipe of 64 KiB that is not read until {@link #unread}. */
  public static MonitorProcess startWithUnreadLog(Path directory, String... arguments)
      throws IOException {
    var err = Files.createTempFile(directory, "err", "");
    return start(List.of(), directory, err, ProcessBuilder.Redirect.PIPE, arguments);
  }

  private static MonitorProcess start(
      List<String> before,
      Path directory,
      Path err,
      ProcessBuilder.Redirect log,
      String... arguments)
      throws IOException {
    return start(before, System.getProperty("java.class.path"), directory, err, log, arguments);
  }

  /**
   * The class path with jars for folders, as it is packaged: a jar is open, but each class of a
   * folder needs a descriptor to be loaded.
   */
  private static String packed(Path directory) throws IOException {
    var entries = new ArrayList<String>();
    for (var entry : System.getProperty("java.class.path").split(":", -1)) {
      if (Files.isDirectory(Path.of(entry))) {
        var jar = directory.resolve("classes" + entries.size() + ".jar");
        int code =
            ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "-cf", "" + jar, "-C", entry, ".");
        if (code != 0) {
          throw new IOException("jar exits with " + code);
        }
        entries.add(jar.toString());
      } else {
        entries.add(entry);
      }
    }
    return String.join(":", entries);
  }

  private static MonitorProcess start(
      List<String> before,
      String classPath,
      Path directory,
      Path err,
      ProcessBuilder.Redirect log,
      String... arguments)
      throws IOException {
    // Started in the background by a script, this process ignores SIGINT, and so would its
    // children.
    var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + JVM_OPTIONS);
    command.addAll(List.of("-cp", classPath, "io.katamonitor.KataMonitor"));
    command.addAll(List.of(arguments));
    var out = Files.createTempFile(directory, "out", "");
    var process =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(log).start();
    return new MonitorProcess(out, err, process);
  }

  String out() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  public String err() throws IOException {
    return Files.readString(err, StandardCharsets.UTF_8);
  }

  /** The log that was started as unread. */
  BufferedReader unread() {
    return process.errorReader(StandardCharsets.US_ASCII);
  }

  /** Waits until a line of its log holds {@code text}, and gives that line. */
  public String awaitLogged(String text) throws IOException, InterruptedException {
    var deadline = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(deadline)) {
      for (String line : err().split("\n", -1)) {
        if (line.contains(text)) {
          return line;
        }
      }
      if (!process.isAlive()) {
        throw new AssertionError("ended with " + process.exitValue() + ": " + err());
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("never logged " + text + ": " + err());
  }

  /** The port that it listens on, according to its log. */
  public int awaitPort() throws IOException, InterruptedException {
    String line = awaitLogged("msg=listening address=\"127.0.0.1:");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1, line.length() - 1));
  }

  /** Connects as soon as it listens there. */
  public SocketChannel awaitConnection(Path socket) throws IOException, InterruptedException {
    var deadline = Instant.now().plus(LIMIT);
    while (true) {
      try {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
      } catch (IOException notYet) {
        if (Instant.now().isAfter(deadline) || process.waitFor(1, TimeUnit.MILLISECONDS)) {
          throw new AssertionError("never listened: " + err(), notYet);
        }
      }
    }
  }

  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
    if (code != 0) {
      throw new AssertionError("kill exits with " + code);
    }
  }

  /** Sets how many files and sockets it may have open from now on. */
  public void limitDescriptors(int limit) throws IOException, InterruptedException {
    var command = List.of("prlimit", "--pid", Long.toString(process.pid()), "--nofile=" + limit);
    int code = new ProcessBuilder(command).start().waitFor();
    if (code != 0) {
      throw new AssertionError("prlimit exits with " + code);
    }
  }

  /** Its peak resident memory so far. */
  public long peakResidentBytes() throws IOException {
    try (var status = Files.lines(Path.of("/proc", "" + process.pid(), "status"))) {
      return status
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Its open files and sockets. */
  public int descriptors() {
    return entries("fd");
  }

  public int threads() {
    return entries("task");
  }

  /** Ids of its threads, without those that compile: the virtual machine starts these by load. */
  public Set<String> threadIds() throws IOException {
    var ids = new TreeSet<String>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc", "" + process.pid(), "task"))) {
      for (var task : tasks) {
        if (!Files.readString(task.resolve("comm")).startsWith("C1 ")) {
          ids.add(task.getFileName().toString());
        }
      }
    }
    return ids;
  }

  private int entries(String folder) {
    var of = Path.of("/proc", Long.toString(process.pid()), folder);
    return Objects.requireNonNull(of.toFile().list(), "the process has ended").length;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int awaitExit() throws IOException, InterruptedException {
    if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running: " + err());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real containerd with its CRI plugin, in a folder of its own: nothing of the host's is used but
 * the programs. Everything it starts is ended, and everything it mounts undone, by {@link #close}.
 */
final class Containerd {
  private static final String IMAGE = "localhost/pause:1";
  private static final Path BUSYBOX = Path.of("/usr/bin/busybox");

  private final Path directory;
  private final Path socket;
  private final CriPods pods;
  private Process process;

  /** Starts it in an empty folder, and gives it the image of its pods. */
  Containerd(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.socket = directory.resolve("containerd.sock");
    this.pods = new CriPods(socket);
    Files.writeString(directory.resolve("config.toml"), configuration());
    process = launch();
    try {
      importImage();
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private String configuration() {
    return """
    version = 2
    root = "%1$s/root"
    state = "%1$s/state"
    disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
      "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
      "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp"]
    [grpc]
      address = "%2$s"
    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "%3$s"
      disable_apparmor = true
      disable_cgroup = true
      restrict_oom_score_adj = true
      [plugins."io.containerd.grpc.v1.cri".containerd]
        snapshotter = "native"
    """
        .formatted(directory, socket, IMAGE);
  }

  /** Whether its requirements are installed. */
  static boolean canRun() {
    return Files.isExecutable(Path.of("/usr/bin/containerd"))
        && Files.isExecutable(BUSYBOX)
        && "root".equals(System.getProperty("user.name"));
  }

  Path socket() {
    return socket;
  }

  private Process launch() throws IOException, InterruptedException {
    var log = directory.resolve("containerd.log").toFile();
    var started =
        new ProcessBuilder("containerd", "--config", directory.resolve("config.toml").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!pods.isServed()) {
      if (!started.isAlive() || System.nanoTime() - deadline > 0) {
        started.destroyForcibly();
        throw new IOException("containerd does not start: " + Files.readString(log.toPath()));
      }
      Thread.sleep(50);
    }
    return started;
  }

  /** Ends only the daemon, like a package update: its pods keep running. */
  void stopDaemon() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  void startDaemon() throws IOException, InterruptedException {
    process = launch();
  }

  /** An image of one layer with one static program, as {@code docker save} writes it. */
  private void importImage() throws IOException, InterruptedException {
    var image = Files.createDirectory(directory.resolve("image"));
    var layer = Files.createDirectory(image.resolve("layer"));
    Files.copy(BUSYBOX, layer.resolve("busybox"));
    layer.resolve("busybox").toFile().setExecutable(true, false);
    run("tar", "-C", layer.toString(), "-cf", image.resolve("layer.tar").toString(), "busybox");
    var digest = output("sha256sum", image.resolve("layer.tar").toString()).substring(0, 64);
    Files.writeString(
        image.resolve("config.json"),
        """
        {"architecture":"%s","os":"linux","config":{"Entrypoint":["/busybox","sleep","100000"]},
         "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
        """
            .formatted(architecture(), digest));
    Files.writeString(
        image.resolve("manifest.json"),
        """
        [{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]
        """
            .formatted(IMAGE));
    var archive = directory.resolve("pause.tar").toString();
    run("tar", "-C", image.toString(), "-cf", archive, "manifest.json", "config.json", "layer.tar");
    run(
        "ctr",
        "--address",
        socket.toString(),
        "--namespace",
        "k8s.io",
        "images",
        "import",
        "--snapshotter",
        "native",
        archive);
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  /** Runs a pod in the host's network and returns its sandbox's id. */
  String runPod(String name) {
    return runPod(name, 0);
  }

  /**
   * The same for a pod that had sandboxes before.
   *
   * @param attempt how many
   */
  String runPod(String name, int attempt) {
    return pods.run(name, attempt, directory.resolve("logs"));
  }

  void stopPod(String id) {
    pods.stop(id);
  }

  void removePod(String id) {
    pods.remove(id);
  }

  /** Kills the shim of a sandbox, as the kernel does when memory is short; containerd cleans up. */
  void killShim(String id) throws IOException {
    var shims =
        processes().stream()
            .filter(one -> commandLine(Path.of("/proc", String.valueOf(one.pid()))).contains(id))
            .toList();
    if (shims.isEmpty()) {
      throw new IOException("no shim of " + id);
    }
    shims.forEach(ProcessHandle::destroyForcibly);
    shims.forEach(shim -> shim.onExit().join());
  }

  /** Ends containerd, its shims and pods, undoes its mounts and deletes its folder. */
  void close() throws IOException, InterruptedException {
    stopDaemon();
    pods.close();
    for (var mine : processes()) {
      var children = mine.descendants().toList();
      mine.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      mine.onExit().join();
    }
    for (var mount : mounts()) {
      run("umount", "-l", mount);
    }
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  /** The shims: each is started with containerd's address among its arguments. */
  List<ProcessHandle> processes() throws IOException {
    var mine = new ArrayList<ProcessHandle>();
    try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var one : all) {
        long pid = Long.parseLong(one.getFileName().toString());
        if (commandLine(one).contains(socket.toString())) {
          ProcessHandle.of(pid).ifPresent(mine::add);
        }
      }
    }
    mine.removeIf(one -> one.equals(ProcessHandle.current()));
    return mine;
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }

  List<String> mounts() throws IOException {
    var mine = new ArrayList<String>();
    for (var line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      var target = line.split(" ", 3)[1];
      if (target.startsWith(directory + "/")) {
        mine.addFirst(target);
      }
    }
    return mine;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    output(command);
  }

  private static String output(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }
}

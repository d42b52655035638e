package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private Process process;

  /** Starts it in an empty folder, and gives it the image of its pods. */
  Containerd(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.socket = directory.resolve("containerd.sock");
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
    while (!responses()) {
      if (!started.isAlive() || System.nanoTime() - deadline > 0) {
        started.destroyForcibly();
        throw new IOException("containerd does not start: " + Files.readString(log.toPath()));
      }
      Thread.sleep(50);
    }
    return started;
  }

  private boolean responses() {
    try {
      call("Version", new byte[0]);
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
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
    var metadata =
        message(text(1, name), text(2, "uid-" + name), text(3, "it"), number(4, attempt));
    var hostNamespaces = message(number(1, 2), number(3, 2));
    var linux = message(field(2, message(field(1, hostNamespaces))));
    var config =
        message(field(1, metadata), text(3, directory.resolve("logs").toString()), field(8, linux));
    return firstText(call("RunPodSandbox", message(field(1, config))));
  }

  void stopPod(String id) {
    call("StopPodSandbox", message(text(1, id)));
  }

  void removePod(String id) {
    stopPod(id);
    call("RemovePodSandbox", message(text(1, id)));
  }

  private byte[] call(String method, byte[] request) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .eventLoopGroup(group)
            .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
    try {
      var descriptor =
          MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName("runtime.v1.RuntimeService/" + method)
              .build();
      return ClientCalls.blockingUnaryCall(
          channel,
          descriptor,
          CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
          request);
    } finally {
      channel.shutdownNow();
    }
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
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
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

  // The CRI's messages that a monitor never sends, written by number: runtime.v1, api.proto.

  private interface Field {
    void write(CodedOutputStream out) throws IOException;
  }

  private static Field text(int number, String value) {
    return out -> out.writeString(number, value);
  }

  private static Field number(int number, int value) {
    return out -> out.writeInt32(number, value);
  }

  private static Field field(int number, byte[] message) {
    return out -> out.writeByteArray(number, message);
  }

  private static byte[] message(Field... fields) {
    try {
      var bytes = new ByteArrayOutputStream();
      var out = CodedOutputStream.newInstance(bytes);
      for (var field : fields) {
        field.write(out);
      }
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstText(byte[] message) {
    try {
      var in = CodedInputStream.newInstance(message);
      in.readTag();
      return in.readString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

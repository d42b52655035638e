package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.CommandLine;
import io.katamonitor.config.Invocation;
import io.katamonitor.deploy.Program;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package below a separate root, so that packages and services of this machine are not changed.
 */
final class DebianPackageTest {
  private static final Path HERE = Path.of(".");

  /** Links to files: neither to another host nor to a section of the same document. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)(#[^)]*)?\\)");

  @Test
  void lintianReportsNothingWithoutAnOverride() throws Exception {
    assertThat(
            Program.output(
                HERE, "lintian", "--allow-root", "--fail-on", "error,warning", deb().toString()))
        .doesNotContain("W:", "E:");
  }

  @Test
  void unitIsValidAndHardened(@TempDir Path folder) throws Exception {
    String unit = Files.readString(Path.of("../deploy/systemd/kata-monitor.service"));
    Path file = folder.resolve("kata-monitor.service");
    // The program's path must exist for the check.
    Path program = Path.of("target/kata-monitor/bin/kata-monitor").toRealPath();
    Files.writeString(file, unit.replace("/usr/bin/kata-monitor", program.toString()));

    Program verified = Program.run(HERE, "systemd-analyze", "verify", "--man=no", file.toString());
    assertThat(verified.errors()).doesNotContain("kata-monitor.service");
    assertThat(verified.exitCode()).isZero();
    // Of 10; a unit without any protection has 9.6.
    Program.output(
        HERE, "systemd-analyze", "security", "--offline=true", "--threshold=20", file.toString());
  }

  @Test
  void installedPackageStartsNotifiesSystemdStopsAndIsPurgedCompletely(@TempDir Path folder)
      throws Exception {
    Path root = root(folder);
    dpkg(root, "--install", deb().toString());
    assertThat(root.resolve("lib/systemd/system/kata-monitor.service")).exists();
    assertThat(root.resolve("etc/default/kata-monitor")).exists();
    assertThat(root.resolve("usr/share/doc/kata-monitor/kata-monitor.cdx.json")).exists();
    isLinkedCompletely(root.resolve("usr/share/doc/kata-monitor"));
    assertThat(root.resolve("usr/share/kata-monitor/dashboards/kata-fleet.json")).exists();
    Program.output(
        root.resolve("usr/share/kata-monitor/prometheus"),
        "promtool",
        "check",
        "config",
        "prometheus.yml");

    Web web = Web.free();
    var states = new LinkedBlockingQueue<String>();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(3, Layout.GO);
      Path socket = node.directory().resolve("notify");
      listen(group, socket, states);
      Process service =
          start(
              root,
              socket,
              List.of(
                  "-listen-address=" + web.address(),
                  "-runtime-endpoint=" + node.cri().socket(),
                  "-sandboxes-path=" + node.root(Layout.GO)),
              folder.resolve("log"));
      try {
        assertThat(states.poll(30, TimeUnit.SECONDS)).isEqualTo("READY=1");
        assertThat(web.get("/sandboxes").body().lines()).hasSize(3);
        service.destroy();
        assertThat(states.poll(30, TimeUnit.SECONDS)).isEqualTo("STOPPING=1");
        assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isZero();
      } finally {
        service.destroyForcibly();
      }
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    dpkg(root, "--purge", "kata-monitor");
    try (Stream<Path> left = Files.walk(root)) {
      assertThat(left.map(Path::toString).filter(path -> path.contains("kata-monitor"))).isEmpty();
    }
  }

  /** The documents, of which every link to a file leads to one in the package. */
  private static void isLinkedCompletely(Path documents) throws IOException {
    assertThat(documents.resolve("docs/runbooks/KataMonitorDown.md")).exists();
    List<Path> all;
    try (Stream<Path> files = Files.walk(documents)) {
      all = files.filter(file -> file.toString().endsWith(".md")).toList();
    }
    assertThat(all).contains(documents.resolve("README.md"), documents.resolve("docs/rules.md"));
    for (Path document : all) {
      LINK.matcher(Files.readString(document))
          .results()
          .forEach(link ->
              assertThat(document.resolveSibling(link.group(1)))
                  .as("%s links to %s", document, link.group(1))
                  .exists());
    }
  }

  @Test
  void settingsAreArgumentsTheDaemonAccepts() throws IOException {
    String examples =
        Files.readString(Path.of("../deploy/systemd/kata-monitor.default"))
            .replaceAll("(?m)^# .*: +(-.*)$", "$1");
    String[] arguments =
        examples.lines().filter(line -> line.startsWith("-")).toArray(String[]::new);

    assertThat(arguments).hasSize(2);
    assertThat(CommandLine.parse(arguments)).isInstanceOf(Invocation.Run.class);
  }

  private static Path deb() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.toString().endsWith(".deb"))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    }
  }

  /** An empty root with a package database that holds no package. */
  private static Path root(Path folder) throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    for (String part : List.of("info", "updates", "triggers")) {
      Files.createDirectories(root.resolve("var/lib/dpkg").resolve(part));
    }
    Files.createFile(root.resolve("var/lib/dpkg/status"));
    return root;
  }

  private static void dpkg(Path root, String... action) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                "dpkg",
                "--root=" + root,
                "--force-script-chrootless",
                "--force-depends",
                "--force-not-root"));
    command.addAll(Arrays.asList(action));
    Program.output(HERE, command.toArray(String[]::new));
  }

  /** Starts it like the unit, but from the other root. */
  private static Process start(Path root, Path notify, List<String> arguments, Path log)
      throws IOException {
    List<String> unit = Files.readAllLines(root.resolve("lib/systemd/system/kata-monitor.service"));
    assertThat(unit).contains("Type=notify", "ExecStart=/usr/bin/kata-monitor $KATA_MONITOR_ARGS");
    var command = new ArrayList<String>();
    command.add(root.resolve("usr/bin/kata-monitor").toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile()).environment().put("NOTIFY_SOCKET", notify.toString());
    return builder.start();
  }

  private static void listen(EventLoopGroup group, Path socket, BlockingQueue<String> states) {
    new Bootstrap()
        .group(group)
        .channel(EpollDomainDatagramChannel.class)
        .handler(
            new SimpleChannelInboundHandler<DomainDatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket in) {
                states.add(in.content().toString(StandardCharsets.UTF_8));
              }
            })
        .bind(new DomainSocketAddress(socket.toString()))
        .syncUninterruptibly();
  }
}

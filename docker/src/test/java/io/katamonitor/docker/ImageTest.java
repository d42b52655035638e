package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.katamonitor.deploy.Program;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageTest {
  private static final Path ROOT = Path.of("target", "root");
  private static final long MIB = 1024 * 1024;

  /** It starts in a second; the test machine may be busy. */
  private static final Duration START = Duration.ofSeconds(60);

  /**
   * With a fifth of a core it starts in 4 s. In a virtual machine it may need ten times as long,
   * because each pause that the quota makes empties the caches.
   */
  private static final Duration SLOW_START = Duration.ofMinutes(4);

  @BeforeAll
  static void build() throws Exception {
    Program.output(Container.HERE, "../bin/image", "--built");
  }

  @Test
  void imageHasAtMost100Mebibytes() throws IOException {
    long bytes = 0;
    for (Path file : files()) {
      bytes += Files.size(file);
    }
    assertThat(bytes).isLessThan(100 * MIB);
  }

  @Test
  void imageContainsOnlyTheApplicationAndTheCLibrary() throws IOException {
    assertThat(files())
        .map(file -> ROOT.relativize(file).toString())
        .filteredOn(file -> !file.startsWith("usr/lib/kata-monitor/"))
        .filteredOn(file -> !file.startsWith("usr/share/doc/"))
        .allMatch(file ->
            file.equals("etc/passwd")
                || file.equals("etc/group")
                || file.matches("lib64/ld-linux-.*|lib/ld-linux-.*")
                || file.matches("lib/[^/]+-linux-gnu/lib(c|m|dl|rt|pthread)\\.so\\.[0-9]"));
    assertThat(files())
        .filteredOn(file -> Files.isExecutable(file) && !file.toString().contains("/lib"))
        .map(file -> ROOT.relativize(file).toString())
        .isEmpty();
  }

  @Test
  void imageForAnotherArchitectureIsRejectedWithAnExplanation() throws Exception {
    String other = System.getProperty("os.arch").equals("aarch64") ? "amd64" : "arm64";

    Program program = Program.run(Container.HERE, "../bin/image", "--built", "--arch", other);

    assertThat(program.exitCode()).isEqualTo(3);
    assertThat(program.errors())
        .contains("The jar is good for " + other, "run bin/image on one of " + other);
  }

  @Test
  void labelsDescribeIt() throws Exception {
    JsonNode image =
        new ObjectMapper()
            .readTree(
                Program.output(
                    Container.HERE,
                    Container.podman("image", "inspect", "localhost/kata-monitor")
                        .toArray(String[]::new)))
            .get(0);
    JsonNode labels = image.get("Labels");

    String version = Files.readString(Path.of("target/kata-monitor/doc/version")).strip();
    assertThat(labels.get("org.opencontainers.image.version").asText()).isEqualTo(version);
    assertThat(labels.has("org.opencontainers.image.revision")).isTrue();
    assertThat(labels.get("org.opencontainers.image.licenses").asText()).contains("Apache-2.0");
    assertThat(image.get("RepoTags").toString())
        .contains("localhost/kata-monitor:latest", "localhost/kata-monitor:" + version);
    assertThat(image.at("/Config/Entrypoint/0").asText()).isEqualTo("/usr/bin/kata-monitor");
  }

  @Test
  @Timeout(600)
  void scrapesAHundredSandboxesWithinTheChartsLimits() throws Exception {
    Web web = Web.free();
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(90, Layout.GO);
      node.addSandboxes(10, Layout.RUNTIME_RS);
      List<String> options = new ArrayList<>(mounts(node));
      options.addAll(List.of("--cpus", "0.2"));
      List<String> arguments = new ArrayList<>(arguments(node, web));
      arguments.add("-scrape-timeout=15s");
      try (var container = Container.start(options, arguments)) {
        container.awaitReady(web, SLOW_START);
        Await.until(
            "a scrape of all sandboxes with their pods",
            SLOW_START,
            () -> {
              String body = web.get("/metrics").body();
              return count(body, "\nkata_monitor_sandbox_up{", "} 1") == 100
                  && !body.contains("cri_uid=\"\"");
            });

        assertThat(container.stop()).isZero();
      }
    }
  }

  /** 1001 in the root group is what OpenShift gives. */
  @ParameterizedTest
  @ValueSource(strings = {"0:0", "1001:0", "65534:65534"})
  void anyUserWorksIfTheSocketsAllowIt(String user) throws Exception {
    Web web = Web.free();
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(2, Layout.GO);
      openToAll(node.directory());
      List<String> options = new ArrayList<>(mounts(node));
      options.addAll(List.of("--user", user));
      try (var container = Container.start(options, arguments(node, web))) {
        container.awaitReady(web, START);
        Await.until(
            "a scrape of both sandboxes",
            START,
            () -> count(web.get("/metrics").body(), "\nkata_monitor_sandbox_up{", "} 1") == 2);

        assertThat(container.stop()).isZero();
      }
    }
  }

  @Test
  void missingSocketsAreLoggedOnceAndRequestsServed(@TempDir Path empty) throws Exception {
    Web web = Web.free();
    List<String> arguments =
        List.of(
            "-listen-address=" + web.address(),
            "-runtime-endpoint=/run/containerd/containerd.sock");
    try (var container = Container.start(List.of(), arguments)) {
      container.awaitReady(web, START);
      Await.until(
          "a word about the runtime",
          START,
          () -> container.log().contains("/run/containerd/containerd.sock"));
      for (int i = 0; i < 3; i++) {
        assertThat(web.get("/metrics").statusCode()).isEqualTo(200);
      }
      assertThat(container.stop()).isZero();

      assertThat(container.log().lines().filter(line -> line.contains("level=warn")))
          .hasSizeLessThanOrEqualTo(1);
      assertThat(container.log()).doesNotContain("level=error", "Exception");
    }
  }

  @Test
  void topRunsInTheContainerWithinTheMemoryOfTheChart() throws Exception {
    Web web = Web.free();
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(20, Layout.GO);
      try (var container = Container.start(mounts(node), arguments(node, web))) {
        container.awaitReady(web, START);
        Await.until("a scrape", START, () -> web.get("/metrics").statusCode() == 200);

        Program top =
            container.exec("kata-monitor", "top", "--once", "--url=http://" + web.address());

        assertThat(top.errors()).isEmpty();
        assertThat(top.output()).contains("20 sandboxes").contains("STATE");
        assertThat(top.exitCode()).isZero();
        assertThat(container.stop()).isZero();
      }
    }
  }

  @Test
  void topAuthenticatesOverTlsInTheContainer(@TempDir Path folder) throws Exception {
    Web web = Web.free();
    Path certificates = Path.of("../monitor-netty/src/test/resources/certificates");
    for (String file : List.of("ca.crt", "server.crt", "server.key")) {
      Files.copy(certificates.resolve(file), folder.resolve(file));
    }
    Files.writeString(
        folder.resolve("web.yml"),
        """
        tls_server_config: {cert_file: server.crt, key_file: server.key}
        basic_auth_users: {operator: %s}
        """
            .formatted(BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(6, "pw".toCharArray())));
    Files.writeString(folder.resolve("password"), "pw\n");
    openToAll(folder);
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(20, Layout.GO);
      List<String> options = new ArrayList<>(mounts(node));
      options.addAll(List.of("--volume", folder + ":" + folder + ":ro"));
      List<String> arguments = new ArrayList<>(arguments(node, web));
      arguments.add("-web-config-file=" + folder.resolve("web.yml"));
      try (var container = Container.start(options, arguments)) {
        container.awaitLogged("msg=listening", START);
        List<String> command =
            List.of(
                "kata-monitor",
                "top",
                "--once",
                "--url=https://" + web.address(),
                "--ca-file=" + folder.resolve("ca.crt"),
                "--user=operator",
                "--password-file=" + folder.resolve("password"));

        Program top = container.exec(command.toArray(String[]::new));
        Program stranger = container.exec(command.subList(0, 5).toArray(String[]::new));

        assertThat(top.errors()).isEmpty();
        assertThat(top.output()).contains("20 sandboxes").contains("STATE");
        assertThat(top.exitCode()).isZero();
        assertThat(stranger.errors()).contains("401");
        assertThat(stranger.exitCode()).isEqualTo(1);
        assertThat(container.stop()).isZero();
      }
    }
  }

  @Test
  void topDoesNotStartIfItCouldTakeMemoryOfTheMonitor() throws Exception {
    Web web = Web.free();
    List<String> arguments = List.of("-listen-address=" + web.address());
    try (var container = Container.start(List.of("--memory", "140m"), arguments)) {
      container.awaitReady(web, START);

      Program top =
          container.exec("kata-monitor", "top", "--once", "--url=http://" + web.address());

      assertThat(top.errors())
          .matches(
              "kata-monitor top: [0-9]+ MiB of memory are free in this container, and it needs"
                  + " [0-9]+: run it outside, with --url.\n");
      assertThat(top.exitCode()).isEqualTo(1);
      assertThat(web.ready()).isTrue();
    }
  }

  @Test
  void badArgumentEndsItWithASentence() throws Exception {
    try (var container = Container.start(List.of(), List.of("-log-level=loud"))) {
      assertThat(container.await()).isEqualTo(2);
      assertThat(container.log().strip().lines()).hasSize(1);
      assertThat(container.log()).contains("log-level", "loud");
    }
  }

  private static List<String> arguments(SimulatedNode node, Web web) {
    return List.of(
        "-listen-address=" + web.address(),
        "-runtime-endpoint=" + node.cri().socket(),
        "-runtime-rs-scrape=always",
        "-sandboxes-path=" + node.root(Layout.GO),
        "-sandboxes-path=" + node.root(Layout.RUNTIME_RS));
  }

  private static List<String> mounts(SimulatedNode node) {
    return List.of("--volume", node.directory() + ":" + node.directory() + ":ro");
  }

  private static void openToAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
      }
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
    }
  }

  private static long count(String body, String start, String end) {
    return body.lines()
        .filter(line -> line.startsWith(start.strip()) && line.endsWith(end))
        .count();
  }
}

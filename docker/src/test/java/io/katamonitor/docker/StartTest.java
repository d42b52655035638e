package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sim.CgroupVersion;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts the classes loaded between the start and the first responses. */
final class StartTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /**
   * The AOT cache holds every class, but for the few that the virtual machine makes for Netty:
   * proxies of its annotations, and the code of its method handles. One that had to come from the
   * jar or the runtime costs milliseconds of CPU, a switch over types (it makes a class) ten.
   */
  @Test
  void classesOfAScrapeAreLoadedFromTheCache(@TempDir Path folder) throws Exception {
    List<String> lines =
        linesOfClasses(
            folder,
            SimulatedNode.Options.STANDARD,
            web -> {
              String body = web.get("/metrics").body();
              return body.contains("cri_name=\"") && !body.contains("cri_uid=\"\"");
            });
    areFromTheCache(lines);
  }

  /** Page and JSON are requested without a scrape before them. */
  @Test
  void classesOfThePageAreLoadedFromTheCache(@TempDir Path folder) throws Exception {
    List<String> lines =
        linesOfClasses(
            folder,
            SimulatedNode.Options.kata(CgroupVersion.V2),
            web ->
                web.get("/", "text/html").body().contains("<tbody")
                    && web.get("/sandboxes?history=true", "application/json")
                        .body()
                        .contains("\"cpuCores\":[[")
                    && web.get("/sandboxes", "application/json").body().contains("\"pod\":"));
    assertThat(lines).anyMatch(line -> line.contains("io.katamonitor.web.PageParts "));
    areFromTheCache(lines);
  }

  /** Requests are repeated until the condition is met. */
  private interface Condition {
    boolean isMet(Web web) throws IOException, InterruptedException;
  }

  private static List<String> linesOfClasses(
      Path folder, SimulatedNode.Options options, Condition condition) throws Exception {
    Path loaded = folder.resolve("loaded");
    Web web = Web.free();
    try (var node = SimulatedNode.start(options)) {
      node.addSandboxes(5, Layout.GO);
      var builder =
          new ProcessBuilder(
                  withLoadedClasses(
                      loaded,
                      "-listen-address=" + web.address(),
                      "-runtime-endpoint=" + node.cri().socket(),
                      "-cgroup-root=" + node.cgroupRoot(),
                      "-sandboxes-path=" + node.root(Layout.GO)))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile());
      Process monitor = builder.start();
      try {
        Await.until("a start", LONGEST, web::ready);
        Await.until("the responses", LONGEST, () -> condition.isMet(web));
      } finally {
        monitor.destroy();
        assertThat(monitor.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
    }
    return lines(loaded);
  }

  private static void areFromTheCache(List<String> lines) {
    assertThat(lines).hasSizeGreaterThan(2_000);
    assertThat(lines)
        .as("classes of kata-monitor top")
        .noneMatch(line -> line.contains("io.katamonitor.top.") || line.contains("org.jline."));
    assertThat(lines)
        .filteredOn(line -> !line.endsWith("source: shared objects file"))
        .map(line -> line.replaceAll("^(?:\\[[^]]*])* ?", ""))
        // Used by Netty's event loop for its channels when it ends, after the start.
        .filteredOn(line -> !line.startsWith("io.netty.util.collection.IntObject"))
        // Used by Netty only where the event loop registers the channel later than it is bound.
        .filteredOn(line -> !line.startsWith("io.netty.bootstrap.AbstractBootstrap$"))
        // Of the flight recorder, which the page's SHA-256 initializes; never in the cache.
        .filteredOn(line -> !line.startsWith("jdk.internal.event."))
        .allMatch(line -> line.matches("java\\.lang\\.invoke\\..*|.*\\.\\$Proxy\\d+ .*"))
        .hasSizeLessThan(20);
  }

  /** The command line of the launcher, with a log of classes: the launcher accepts no JVM flags. */
  private static List<String> withLoadedClasses(Path loaded, String... flags) {
    var app = "target/kata-monitor/lib/app";
    var command =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "exec 63<" + app + " && MALLOC_ARENA_MAX=2 exec \"$@\"",
                "bash",
                "target/kata-monitor/lib/runtime/bin/kata-monitor",
                "@" + app + "/jvm.options",
                "-Djava.library.path=" + app,
                "-XX:AOTCache=" + app + "/kata-monitor.aot",
                "-XX:-ExitOnOutOfMemoryError",
                "-agentpath:" + Path.of(app, "libout-of-memory.so").toAbsolutePath(),
                "-Xlog:class+load:file=" + loaded,
                "-cp",
                "/proc/self/fd/63/kata-monitor.jar",
                "io.katamonitor.KataMonitor"));
    command.addAll(List.of(flags));
    return command;
  }

  private static List<String> lines(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.toList();
    }
  }
}

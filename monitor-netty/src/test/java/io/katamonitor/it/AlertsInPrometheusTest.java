package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.sim.BodyKind;
import io.katamonitor.sim.CgroupVersion;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.FreePort;
import io.katamonitor.sim.HostileBody;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every alert fires in a real Prometheus by a fault of the simulator, or of the monitor's
 * environment. A minute of the rules is a second here; their real durations are in
 * deploy/prometheus/alerts.test.yaml.
 */
@Tag("system")
class AlertsInPrometheusTest {
  private static final Path FILES = Path.of("../deploy/helm/kata-monitor/files");
  private static final Pattern FIRING =
      Pattern.compile("\"alertname\":\"(\\w+)\",\"alertstate\":\"firing\"[^}]*");
  private static final Pattern NODE = Pattern.compile("\"node\":\"(\\w+)\"");
  private static final int PATIENCE = 200;

  /**
   * Factor by which time is faster for the guests of the first node: a leak of 36 minutes takes 72
   * s.
   */
  private static final int SPEED = 30;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  @TempDir private Path folder;

  @AfterEach
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private SimulatedNode node(InstantSource clock) {
    var node =
        SimulatedNode.start(
            new SimulatedNode.Options(1, false, BodyKind.KATA, CgroupVersion.V2, clock));
    open.push(node);
    return node;
  }

  private int watch(SimulatedNode node, String... flags) throws Exception {
    var all = Arrays.copyOf(flags, flags.length + 1);
    all[flags.length] = "-cgroup-root=" + node.cgroupRoot();
    var daemon = SimulatedNodes.watch(node, all);
    open.push(daemon);
    return daemon.port();
  }

  /** Rules and alerts with seconds for minutes. */
  private List<Path> rules() throws IOException {
    for (var file : List.of("rules.yaml", "alerts.yaml")) {
      var text =
          Files.readString(FILES.resolve(file))
              .replaceAll("(for: |interval: |offset |\\[)(\\d+)m\\b", "$1$2s")
              .replace(", 3600)", ", 60)");
      Files.writeString(folder.resolve(file), text);
    }
    return List.of(folder.resolve("rules.yaml"), folder.resolve("alerts.yaml"));
  }

  /** A node of healthy sandboxes and one for each fault. */
  private SimulatedNode troubledNode() {
    var start = Instant.now();
    var node = node(() -> start.plus(Duration.between(start, Instant.now()).multipliedBy(SPEED)));
    node.addSandboxes(6, Layout.GO);
    node.add(node.nextSpec().with(Workload.LEAKING));
    node.addSandbox().fault(new Fault.Status(500));
    node.addSandbox().fault(new Fault.Stuck());
    node.addSandbox().fault(new Fault.Hostile(HostileBody.FOREIGN_FAMILIES));
    var verbose = node.addSandbox();
    var line = "kata_guest_load{item=\"" + "x".repeat(2_000) + "\"} 1\n";
    verbose.body(
        (new String(verbose.currentBody(), StandardCharsets.UTF_8) + line)
            .getBytes(StandardCharsets.UTF_8));
    return node;
  }

  /** A monitor whose log is not read; it logs more lines than the pipe and the queue hold. */
  private int unreadMonitor() throws Exception {
    var root = Files.createDirectory(folder.resolve("sbs"));
    for (int i = 0; i < 3_000; i++) {
      Files.createDirectory(root.resolve("sandbox-" + i));
    }
    int port = FreePort.find();
    open.push(
        MonitorProcess.startWithUnreadLog(
            folder,
            "-listen-address=127.0.0.1:" + port,
            "-log-level=debug",
            "-runtime-endpoint=" + folder.resolve("none.sock"),
            "-sandboxes-path=" + root));
    return port;
  }

  /** The alerts that fire now, each with its node. */
  private static Set<String> firing(RealPrometheus prometheus) {
    try {
      var firing = new TreeSet<String>();
      for (MatchResult alert : FIRING.matcher(prometheus.query("ALERTS")).results().toList()) {
        var node = NODE.matcher(alert.group());
        firing.add(alert.group(1) + (node.find() ? " " + node.group(1) : ""));
      }
      return firing;
    } catch (IOException e) {
      return Set.of(); // It is starting.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Timeout(2 * PATIENCE)
  void everyAlertFiresOnItsNode() throws Exception {
    var troubled = troubledNode();
    var crashing = troubled.addSandbox();
    var failing = node(InstantSource.system());
    failing.addSandboxes(5, Layout.GO).forEach(one -> one.fault(new Fault.Status(500)));
    failing.updateCgroups();
    failing.cri().stop();
    var slow = node(InstantSource.system());
    slow.addSandbox().fault(new Fault.Delay(Duration.ofMillis(3_350)));
    var noDirectory = Files.createFile(folder.resolve("no-directory"));
    var configuration =
        """
        - job_name: kata-monitor
          params: {filter_family: ["kata_pod,kata_monitor"]}
          static_configs:
            - {targets: ["127.0.0.1:%d"], labels: {node: troubled}}
            - {targets: ["127.0.0.1:%d"], labels: {node: failing}}
            - {targets: ["127.0.0.1:%d"], labels: {node: unread}}
            - {targets: ["127.0.0.1:%d"], labels: {node: gone}}
        - job_name: slow
          scrape_interval: 4s
          scrape_timeout: 4s
          static_configs:
            - {targets: ["127.0.0.1:%d"], labels: {node: slow}}
          relabel_configs:
            - {target_label: job, replacement: kata-monitor}
        """
            .formatted(
                watch(troubled, "-scrape-timeout=500ms"),
                watch(failing, "-sandboxes-path=" + noDirectory),
                unreadMonitor(),
                FreePort.find(),
                watch(slow, "-scrape-timeout=5s"));
    var expected =
        Set.of(
            "KataMonitorDown gone",
            "KataMonitorScrapeSlow slow",
            "KataMonitorLostRuntime failing",
            "KataMonitorStorageRootUnreadable failing",
            "KataMonitorDropsFamilies troubled",
            "KataMonitorDropsSamples troubled",
            "KataMonitorDropsLogLines unread",
            "KataSandboxFailing troubled",
            "KataSandboxesFailing failing",
            "KataSandboxStuck troubled",
            "KataSandboxLost troubled",
            "KataSandboxesWithoutPod failing",
            "KataPodOutOfMemorySoon troubled",
            "KataPodGuestOOMKills troubled",
            "KataPodHostOOMKills failing");
    var fired = new TreeSet<String>();
    try (var prometheus = RealPrometheus.start(folder, configuration, rules())) {
      var scraped = "kata_pod_host_memory_oom_kills_total{node=\"failing\"} == 0";
      assertThat(RealPrometheus.isTrueWithin(PATIENCE, () -> prometheus.hasResult(scraped)))
          .isTrue();
      crashing.crash();
      countHostOomKill(failing);
      boolean isComplete =
          RealPrometheus.isTrueWithin(
              PATIENCE,
              () -> {
                troubled.updateCgroups();
                fired.addAll(firing(prometheus));
                return fired.containsAll(expected);
              });
      assertThat(fired).containsAll(expected).doesNotContain("KataMonitorAbsent");
      assertThat(isComplete).isTrue();
    }
  }

  /** The host's kernel kills a process of each sandbox. */
  private static void countHostOomKill(SimulatedNode node) throws IOException {
    try (var files = Files.walk(node.cgroupRoot())) {
      for (Path file : files.filter(path -> path.endsWith("memory.events")).toList()) {
        Files.writeString(file, "low 0\nhigh 0\nmax 1\noom 1\noom_kill 1\n");
      }
    }
  }

  @Test
  @Timeout(PATIENCE)
  void prometheusWithoutAMonitorIsAnAlert() throws Exception {
    try (var prometheus = RealPrometheus.start(folder, "- job_name: another\n", rules())) {
      assertThat(
              RealPrometheus.isTrueWithin(
                  PATIENCE, () -> firing(prometheus).contains("KataMonitorAbsent")))
          .isTrue();
    }
  }
}

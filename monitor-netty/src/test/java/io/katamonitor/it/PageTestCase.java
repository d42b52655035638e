package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, over a simulated node with a generated cgroup tree. */
abstract class PageTestCase {
  static final String REFRESHED =
      "document.querySelector('#tools form')"
          + " && document.querySelector('#updated').textContent.startsWith('Updated')";
  static final String ROWS = "document.querySelectorAll('tbody:not(.none)').length";
  static Browser browser;

  @TempDir Path cgroups;
  final SimulatedNode node = SimulatedNode.start();
  RunningDaemon daemon;

  /** Whether the simulated runtime reports the pods; otherwise the test does. */
  boolean arePodsKnown = true;

  @BeforeAll
  static void startBrowser() throws Exception {
    browser = Browser.start();
  }

  @AfterAll
  static void stopBrowser() throws Exception {
    browser.close();
  }

  @AfterEach
  void stop() {
    if (daemon != null) {
      daemon.close();
    }
    node.close();
  }

  /** A node with the same usage in each reading. */
  void start(int sandboxes) throws Exception {
    Files.writeString(cgroups.resolve("cgroup.controllers"), "cpu memory\n");
    for (int i = 0; i < sandboxes; i++) {
      use(node.addSandbox(Layout.GO).podKnown(arePodsKnown), 100 + i, 64L + 3 * i % 1800);
    }
    daemon = SimulatedNodes.watch(node, "-cgroup-root=" + cgroups);
    daemon.get("/metrics");
  }

  private void use(SimulatedSandbox sandbox, int seconds, long mebibytes) throws IOException {
    var path = "kubepods/pod" + sandbox.identity().uid() + "/kata_" + sandbox.id();
    var cgroup = Files.createDirectories(cgroups.resolve(path));
    Files.writeString(
        sandbox.directory().resolve("persist.json"),
        """
        {"SandboxCgroupPath":"/%s","OverheadCgroupPath":"",
         "Config":{"HypervisorType":"qemu","SandboxCgroupOnly":true}}
        """
            .formatted(path));
    Files.writeString(cgroup.resolve("cpu.stat"), "usage_usec " + seconds + "000000\n");
    Files.writeString(cgroup.resolve("memory.current"), (mebibytes << 20) + "\n");
    Files.writeString(cgroup.resolve("memory.stat"), "inactive_file 0\n");
    Files.writeString(cgroup.resolve("memory.max"), "2147483648\n");
  }

  void open(int width, boolean isDark) throws IOException {
    browser.open("http://127.0.0.1:" + daemon.port() + "/", width, isDark, true);
    browser.await(REFRESHED);
  }

  static void assertInOrder() throws IOException {
    assertThat(browser.errors()).isEqualTo("[]");
    assertThat(browser.accessibilityProblems()).isEqualTo("[]");
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .as("nothing is wider than the window")
        .isEqualTo("true");
  }
}

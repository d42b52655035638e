package io.katamonitor.it;

import static io.katamonitor.cri.Labelling.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.katamonitor.cri.Labelling;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Pods of a real containerd, each with a simulated shim under its sandbox's real id. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerdTest {
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  private Containerd containerd;
  private SimulatedNode node;
  private Labelling monitor;

  @BeforeAll
  void start() throws Exception {
    assumeTrue(Containerd.canRun(), "containerd and busybox are not here, or this is not root");
    containerd = new Containerd(Files.createTempDirectory(Path.of("/tmp"), "kc"));
    node = SimulatedNode.start();
    node.cri().stop();
    monitor =
        new Labelling(
            List.of(node.root(Layout.GO), node.root(Layout.RUNTIME_RS)), containerd.socket());
    within(FIVE_SECONDS, "runtime found", monitor::criUp);
  }

  @AfterAll
  void stop() throws Exception {
    if (monitor != null) {
      monitor.close();
    }
    if (node != null) {
      node.close();
    }
    if (containerd != null) {
      containerd.close();
      assertThat(containerd.processes()).isEmpty();
      assertThat(containerd.mounts()).isEmpty();
    }
  }

  @Test
  void aPodIsListedAndLabelledWithinASecondAndGoneWithinOne() throws Exception {
    var id = containerd.runPod("web-1");
    var shim = node.addSandbox(id, Layout.GO);
    within(A_SECOND, "labelled", () -> monitor.podName(id).equals("web-1"));
    assertThat(monitor.registry().snapshot().getFirst().pod())
        .isEqualTo(new Pod("uid-web-1", "web-1", "it"));
    containerd.removePod(id);
    shim.remove();
    within(A_SECOND, "gone", () -> !monitor.isListed(id));
  }

  @Test
  void aStoppedPodIsStillLabelled() throws Exception {
    var id = containerd.runPod("stopped-1");
    containerd.stopPod(id);
    var shim = node.addSandbox(id, Layout.RUNTIME_RS);
    within(A_SECOND, "labelled", () -> monitor.podName(id).equals("stopped-1"));
    containerd.removePod(id);
    shim.remove();
  }

  @Test
  void aSandboxThatIsNoPodStaysUnlabelled() throws Exception {
    var shim = node.addSandbox("not-a-pod-of-containerd", Layout.GO);
    within(A_SECOND, "listed", () -> monitor.isListed(shim.id()));
    var id = containerd.runPod("web-2");
    var other = node.addSandbox(id, Layout.GO);
    within(A_SECOND, "labelled", () -> monitor.podName(id).equals("web-2"));
    assertThat(monitor.podName(shim.id())).isEmpty();
    containerd.removePod(id);
    shim.remove();
    other.remove();
  }

  @Test
  void containerdsRestartIsSurvivedAndLabelsComeAfterIt() throws Exception {
    var before = containerd.runPod("before-1");
    var late = containerd.runPod("late-1");
    var shim = node.addSandbox(before, Layout.GO);
    within(A_SECOND, "labelled", () -> monitor.podName(before).equals("before-1"));
    containerd.stopDaemon();
    within(A_SECOND, "loss is seen", () -> !monitor.criUp());
    var lateShim = node.addSandbox(late, Layout.GO);
    within(A_SECOND, "listed meanwhile", () -> monitor.isListed(late));
    assertThat(monitor.podName(before)).isEqualTo("before-1");
    containerd.startDaemon();
    within(FIVE_SECONDS, "labelled again", () -> monitor.podName(late).equals("late-1"));
    assertThat(monitor.criUp()).isTrue();
    containerd.removePod(before);
    containerd.removePod(late);
    shim.remove();
    lateShim.remove();
  }
}

package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.guard.Await;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Pods of a real containerd, each with a simulated shim under its sandbox's real id. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("system")
class ContainerdTest {
  /** Pods that are deleted as they should be: none of them counts as lost. */
  private static final int DELETED = 200;

  /** Of these, so many run at a time: each has a process of containerd. */
  private static final int BATCH = 20;

  private Containerd containerd;
  private SimulatedNode node;
  private RunningDaemon monitor;

  @BeforeAll
  void start() throws Exception {
    assertThat(Containerd.canRun())
        .as("containerd and busybox-static are installed (bin/test does it), and this is root")
        .isTrue();
    containerd = new Containerd(Files.createTempDirectory(Path.of("/tmp"), "kc"));
    node = SimulatedNode.start();
    node.cri().stop();
    monitor =
        RunningDaemon.start(
            "-sandboxes-path=" + node.root(Layout.GO),
            "-sandboxes-path=" + node.root(Layout.RUNTIME_RS),
            "-runtime-endpoint=" + containerd.socket());
    Await.until("runtime found", () -> metrics().contains("kata_monitor_cri_up 1\n"));
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

  private String get(String path) {
    try {
      return monitor.get(path).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String metrics() {
    return get("/metrics");
  }

  private boolean isListed(String id) {
    return get("/sandboxes").lines().anyMatch(id::equals);
  }

  private static String labels(String id, String pod) {
    return "{sandbox_id=\"%s\",cri_uid=\"%s\",cri_name=\"%s\",cri_namespace=\"%s\"}"
        .formatted(id, pod.isEmpty() ? "" : "uid-" + pod, pod, pod.isEmpty() ? "" : "it");
  }

  /** One that each shim has, without labels of its own. */
  private boolean isLabelled(String id, String pod) {
    return metrics().contains("\nkata_shim_fds" + labels(id, pod) + " ");
  }

  @Test
  void podIsListedAndLabelledAndRemovedWithinASecondEach() throws Exception {
    var id = containerd.runPod("web-1");
    var shim = node.addSandbox(id, Layout.GO);
    Await.until("labelled", () -> isLabelled(id, "web-1"));
    assertThat(isListed(id)).isTrue();
    containerd.removePod(id);
    shim.remove();
    Await.until("gone", () -> !isListed(id) && !metrics().contains(id));
  }

  @Test
  void stoppedPodIsStillLabelled() throws Exception {
    var id = containerd.runPod("stopped-1");
    containerd.stopPod(id);
    var shim = node.addSandbox(id, Layout.RUNTIME_RS).hypervisor("dragonball");
    Await.until("labelled", () -> isLabelled(id, "stopped-1"));
    containerd.removePod(id);
    shim.remove();
  }

  @Test
  void sandboxWithoutAPodStaysUnlabelled() throws Exception {
    var shim = node.addSandbox("not-a-pod-of-containerd", Layout.GO);
    Await.until("scraped", () -> isLabelled(shim.id(), ""));
    var id = containerd.runPod("web-2");
    var other = node.addSandbox(id, Layout.GO);
    Await.until("labelled", () -> isLabelled(id, "web-2"));
    assertThat(isLabelled(shim.id(), "")).isTrue();
    containerd.removePod(id);
    shim.remove();
    other.remove();
  }

  /** The directory is removed first, as by Kata's shim on a deletion by containerd. */
  @Test
  @Timeout(300)
  void deletedPodsAreNotLostAndOneThatIsStartedAgainIs() throws Exception {
    for (int batch = 0; batch < DELETED / BATCH; batch++) {
      var deleted = new ArrayList<String>();
      for (int i = 0; i < BATCH; i++) {
        var id = containerd.runPod("deleted-" + batch + "-" + i);
        deleted.add(id);
        node.addSandbox(id, Layout.GO);
      }
      var last = "deleted-" + batch + "-" + (BATCH - 1);
      Await.until("labelled", () -> isLabelled(deleted.getLast(), last));
      for (var id : deleted) {
        removeDirectory(id);
        containerd.removePod(id);
      }
    }
    var killed = containerd.runPod("killed-1");
    node.addSandbox(killed, Layout.GO);
    Await.until("labelled", () -> isLabelled(killed, "killed-1"));

    containerd.killShim(killed);
    removeDirectory(killed);
    var again = containerd.runPod("killed-1", 1);
    var shim = node.addSandbox(again, Layout.GO);

    Await.until(
        "counted",
        () -> metrics().contains("kata_monitor_sandboxes_lost_total{reason=\"replaced\"} 1\n"));
    assertThat(metrics())
        .contains("kata_monitor_sandboxes_lost_total{reason=\"directory_gone\"} 0\n")
        .contains("kata_monitor_sandboxes_lost_total{reason=\"shim_gone\"} 0\n");
    containerd.removePod(killed);
    containerd.removePod(again);
    shim.remove();
  }

  private void removeDirectory(String id) {
    for (var sandbox : node.sandboxes()) {
      if (sandbox.id().equals(id)) {
        sandbox.remove();
      }
    }
  }

  @Test
  void labelsAreFoundAfterARestartOfContainerd() throws Exception {
    var before = containerd.runPod("before-1");
    var late = containerd.runPod("late-1");
    var shim = node.addSandbox(before, Layout.GO);
    Await.until("labelled", () -> isLabelled(before, "before-1"));
    containerd.stopDaemon();
    Await.until("loss is seen", () -> metrics().contains("kata_monitor_cri_up 0\n"));
    var lateShim = node.addSandbox(late, Layout.GO);
    Await.until("scraped meanwhile", () -> isLabelled(late, ""));
    assertThat(isLabelled(before, "before-1")).isTrue();
    containerd.startDaemon();
    Await.until("labelled again", () -> isLabelled(late, "late-1"));
    assertThat(metrics()).contains("kata_monitor_cri_up 1\n");
    containerd.removePod(before);
    containerd.removePod(late);
    shim.remove();
    lateShim.remove();
  }
}

package io.katamonitor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ListedSandbox;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.RuntimeListing;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.scrape.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SandboxLifecycleTest implements RuntimeListing {
  private final ManualTime time = new ManualTime();
  private final SandboxRegistry registry = new SandboxRegistry();
  private final SandboxLifecycle lifecycle = new SandboxLifecycle(this, time, time);
  private final List<Set<String>> listings = new ArrayList<>();
  private final List<ListedSandbox> runtime = new ArrayList<>();
  private boolean isReachable = true;

  SandboxLifecycleTest() {
    registry.addListener(lifecycle);
  }

  @Override
  public void list(Set<String> podUids, Callback callback) {
    listings.add(podUids);
    var found = runtime.stream().filter(one -> podUids.contains(one.uid())).toList();
    boolean responds = isReachable;
    time.execute(() -> {
      if (responds) {
        callback.listed(found);
      } else {
        callback.failed();
      }
    });
  }

  private void pass(long seconds) {
    time.pass(Duration.ofSeconds(seconds));
  }

  /** A running sandbox that the runtime lists. */
  private Sandbox add(String id, String uid, int attempt) {
    var sandbox =
        new Sandbox(new SandboxId(id), ShimRuntime.GO, Path.of("/x", id), null, Pod.UNKNOWN);
    registry.add(sandbox);
    runtime.add(new ListedSandbox(sandbox.id(), uid, attempt, true));
    var pod = new Pod(uid, "web", "shop", attempt, "kata", null);
    registry.describe(sandbox.id(), pod);
    time.run();
    return sandbox.withPod(pod);
  }

  private void setNotReady(String id) {
    runtime.replaceAll(one ->
        one.id().value().equals(id)
            ? new ListedSandbox(one.id(), one.uid(), one.attempt(), false)
            : one);
  }

  private void removeDirectory(String id) {
    registry.removed(new SandboxId(id));
    time.run();
  }

  private void assertLost(long directoryGone, long replaced, long shimGone) {
    assertThat(lifecycle.lost())
        .isEqualTo(
            Map.of("directory_gone", directoryGone, "replaced", replaced, "shim_gone", shimGone));
  }

  @Test
  void addedAndRemovedSandboxesAreCounted() {
    add("a1", "u1", 0);
    add("b2", "u2", 0);
    removeDirectory("a1");

    assertThat(lifecycle.added()).isEqualTo(2);
    assertThat(lifecycle.removed()).isEqualTo(1);
    assertLost(0, 0, 0);
  }

  @Test
  void normalDeletionsAreNotLossesAndShareListings() {
    for (int i = 0; i < 200; i++) {
      add("a" + i, "u" + i, i % 3);
    }
    for (int i = 0; i < 200; i++) {
      removeDirectory("a" + i);
      int deleted = i;
      // The runtime follows a moment later and no longer lists half of them.
      setNotReady("a" + i);
      runtime.removeIf(one -> deleted % 2 == 0 && one.id().value().equals("a" + deleted));
    }
    pass(60);

    assertLost(0, 0, 0);
    assertThat(lifecycle.removed()).isEqualTo(200);
    assertThat(listings).hasSize(1);
    assertThat(time.pending()).isZero();
  }

  @Test
  void sandboxWhoseDirectoryVanishesUnderAReadyPodIsLostAfterTenSeconds() {
    add("a1", "u1", 0);
    removeDirectory("a1");
    pass(9);
    assertLost(0, 0, 0);

    pass(1);
    assertLost(1, 0, 0);
    pass(600);
    assertLost(1, 0, 0);
    assertThat(listings).containsExactly(Set.of("u1"));
  }

  @Test
  void sandboxWhoseDirectoryReappearsIsNotLost() {
    add("a1", "u1", 0);
    removeDirectory("a1");
    add("a1", "u1", 0);
    pass(60);

    assertLost(0, 0, 0);
  }

  @Test
  void sandboxThatDiedAndWasCleanedUpIsReplaced() {
    add("a1", "u1", 0);
    removeDirectory("a1");
    setNotReady("a1");
    pass(20);
    assertLost(0, 0, 0);
    add("b2", "u1", 1);
    pass(9);
    assertLost(0, 0, 0);

    pass(1);
    assertLost(0, 1, 0);
    removeDirectory("b2");
    setNotReady("b2");
    add("c3", "u1", 2);
    pass(10);
    assertLost(0, 2, 0);
  }

  @Test
  void replacementAfterFiveMinutesIsIgnored() {
    add("a1", "u1", 0);
    removeDirectory("a1");
    setNotReady("a1");
    pass(10);
    pass(300);
    add("other", "u9", 0);
    removeDirectory("other");
    setNotReady("other");

    add("b2", "u1", 1);
    pass(60);

    assertLost(0, 0, 0);
  }

  @Test
  void sandboxWhoseSocketRefusesUnderAReadyPodIsLostOnce() {
    var sandbox = add("a1", "u1", 0);
    lifecycle.refused(sandbox);
    pass(30);
    assertThat(listings).as("nobody had reached it").isEmpty();
    lifecycle.reached(sandbox);
    lifecycle.refused(sandbox);
    pass(10);
    assertLost(0, 0, 1);

    lifecycle.refused(sandbox);
    removeDirectory("a1");
    add("b2", "u1", 1);
    pass(60);
    assertLost(0, 0, 1);
  }

  @Test
  void sandboxWhoseSocketRefusesUnderAnUnreadyPodIsNotLost() {
    var sandbox = add("a1", "u1", 0);
    lifecycle.reached(sandbox);
    setNotReady("a1");
    lifecycle.refused(sandbox);
    pass(60);

    assertLost(0, 0, 0);
  }

  @Test
  void unreachableRuntimeIsRetriedForFiveMinutesThenDropped() {
    add("a1", "u1", 0);
    add("b2", "u2", 0);
    isReachable = false;
    removeDirectory("a1");
    pass(60);
    removeDirectory("b2");
    pass(239);
    assertThat(listings.size()).isBetween(28, 60);
    isReachable = true;
    pass(60);
    assertLost(2, 0, 0);

    add("c3", "u3", 0);
    isReachable = false;
    removeDirectory("c3");
    pass(310);
    isReachable = true;
    int requested = listings.size();
    pass(600);
    assertThat(listings).hasSize(requested);
    assertLost(2, 0, 0);
  }

  @Test
  void sandboxOfAnUnknownPodIsNeverLost() {
    registry.add(
        new Sandbox(new SandboxId("a1"), ShimRuntime.GO, Path.of("/x"), null, Pod.UNKNOWN));
    time.run();
    removeDirectory("a1");
    pass(60);

    assertThat(listings).isEmpty();
  }

  @Test
  void limitedNumberOfRemovedOnesIsKept() {
    for (int i = 0; i <= SandboxLifecycle.MAX_GONE; i++) {
      add("a" + i, "u" + i, 0);
      removeDirectory("a" + i);
    }
    pass(10);

    assertLost(SandboxLifecycle.MAX_GONE, 0, 0);
  }
}

package io.katamonitor.sandbox;

import static io.katamonitor.sandbox.Eventually.SOON;
import static io.katamonitor.sandbox.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.CapturedLog;
import io.katamonitor.log.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SandboxDiscoveryTest extends DiscoveryTestCase {
  private boolean has(String id, Predicate<Sandbox> property) {
    var sandbox = registry.find(new SandboxId(id));
    return sandbox != null && property.test(sandbox);
  }

  @Test
  void existingSandboxesAreListedBeforeStartReturns() throws IOException {
    mkdir(sbs, "b1", "a1");
    mkdir(kata, "c1");
    start(sbs, kata, temp.resolve("missing"));
    assertThat(ids()).containsExactly("a1", "b1", "c1");
    assertThat(discovery.areRootsRead()).isTrue();
  }

  @Test
  void directoryIsNoticedWhenItIsCreatedAndDeleted() throws Exception {
    start(sbs, kata);
    mkdir(sbs, "a1");
    sees("a1");
    mkdir(kata, "b1");
    sees("a1", "b1");
    Files.delete(sbs.resolve("a1"));
    sees("b1");
    Files.delete(kata.resolve("b1"));
    sees();
  }

  @Test
  void directoryThatIsMovedOutIsRemovedAndOneMovedInIsAdded() throws Exception {
    mkdir(sbs, "a1");
    start(sbs);
    Files.move(sbs.resolve("a1"), temp.resolve("elsewhere"));
    sees();
    Files.move(temp.resolve("elsewhere"), sbs.resolve("a2"));
    sees("a2");
    Files.move(sbs.resolve("a2"), sbs.resolve("a3"));
    sees("a3");
  }

  @Test
  void onlyDirectoriesWithValidNamesAreSandboxes() throws Exception {
    mkdir(sbs, "good-1", "UP.per_2", "a");
    mkdir(sbs, ".hidden", "-dash", "new\nline", "sp ace", "x".repeat(255), "b".repeat(60));
    Files.writeString(sbs.resolve("file"), "");
    Files.createSymbolicLink(sbs.resolve("link"), temp);
    mkdir(sbs, "<img src=x onerror=alert(1)>", "a'b", "a\"b", "a$0", "a&b");
    // A name that is not UTF-8, which a Java string cannot represent.
    run("sh", "-c", "mkdir \"$0/$(printf 'bad\\377')\"", sbs.toString());
    start(sbs);
    var expected = new ArrayList<>(List.of("UP.per_2", "good-1"));
    if (sbs.toString().length() + 60 + 19 <= 107) {
      expected.add(1, "b".repeat(60));
    }
    assertThat(ids()).containsExactlyElementsOf(expected);
    mkdir(sbs, ".hidden2", "-dash2", "new\nline2", "y".repeat(255), "last");
    Files.writeString(sbs.resolve("file2"), "");
    within(SOON, "last is seen", () -> ids().contains("last"));
    assertThat(ids()).hasSize(expected.size() + 1);
  }

  @Test
  void nameTooLongForASocketIsLoggedOnceAndIgnored() throws Exception {
    try (var log = CapturedLog.from(Level.INFO)) {
      int longest = 107 - sbs.toString().length() - "/".length() - "/shim-monitor.sock".length();
      mkdir(sbs, "f".repeat(longest), "t".repeat(longest + 1));
      start(sbs);
      assertThat(ids()).containsExactly("f".repeat(longest));
      assertThat(String.join("\n", log.lines())).containsOnlyOnce("bytes=108");
      mkdir(sbs, "u".repeat(longest + 9), "short");
      sees("f".repeat(longest), "short");
      assertThat(String.join("\n", log.lines()))
          .containsOnlyOnce("bytes=108")
          .containsOnlyOnce("bytes=116");
    }
  }

  @Test
  void atMost3000DirectoriesAreFound() throws Exception {
    mkdir(kata, "first");
    // Listed at no other time, as that would find the others when places are free.
    discovery =
        new SandboxDiscovery(
            List.of(sbs, kata), registry, FolderWatches::open, NEVER, FileClock.SYSTEM);
    discovery.start();
    for (int i = 0; i < 5000; i++) {
      mkdir(sbs, "s" + i);
    }
    within(SOON, "3000 listed", () -> registry.snapshot().size() == 3000);
    var others = registry.snapshot().stream().filter(one -> !one.id().value().equals("first"));
    for (var sandbox : others.skip(500).toList()) {
      Files.delete(sandbox.directory());
    }
    within(SOON, "501 left", () -> registry.snapshot().size() == 501);
    assertThat(registry.find(new SandboxId("first"))).isNotNull();
    mkdir(kata, "last");
    within(SOON, "another", () -> registry.find(new SandboxId("last")) != null);
  }

  @Test
  void eventsLostInAnOverflowAreRecoveredByAListing() throws Exception {
    var held = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    mkdir(sbs, "gone");
    start(sbs);
    registry.addListener(holding(held, go));
    mkdir(sbs, "first");
    assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
    // The JDK keeps 512 events per directory, then reports an overflow.
    for (int i = 0; i < 3000; i++) {
      mkdir(sbs, "passing");
      Files.delete(sbs.resolve("passing"));
    }
    Files.delete(sbs.resolve("gone"));
    mkdir(sbs, "new");
    go.countDown();
    sees("first", "new");
  }

  @Tag("system")
  @Test
  void overflowInTheKernelIsRecoveredByAListing() throws Exception {
    var limit = Path.of("/proc/sys/fs/inotify/max_queued_events");
    assertThat(limit).as("only root may lower the limit").isWritable();
    var before = Files.readString(limit);
    try {
      // A queue keeps the limit at its creation, so the limit is lowered only for a moment.
      Files.writeString(limit, "2");
      discovery = new SandboxDiscovery(List.of(sbs), registry);
    } finally {
      Files.writeString(limit, before);
    }
    discovery.start();
    for (int i = 0; i < 1000; i++) {
      mkdir(sbs, "s" + i);
    }
    within(SOON, "1000 listed", () -> registry.snapshot().size() == 1000);
  }

  @Test
  void missingEventsAreRecoveredByThePeriodicListing() throws Exception {
    mkdir(sbs, "gone");
    var watches = FolderWatches.open();
    var key = watches.watch(sbs);
    mkdir(sbs, "first");
    // The JDK has one key per directory; until it is reset, no events are reported.
    assertThat(watches.poll(SOON.toNanos())).isSameAs(key);
    discovery =
        new SandboxDiscovery(
            List.of(sbs), registry, () -> watches, Duration.ofSeconds(1), FileClock.SYSTEM);
    discovery.start();
    assertThat(ids()).containsExactly("first", "gone");
    mkdir(sbs, "new");
    Files.delete(sbs.resolve("gone"));
    within(SOON, "listed again", () -> ids().equals(List.of("first", "new")));
  }

  @Test
  void withoutWatchesTheRootsAreListedEverySecond() throws Exception {
    mkdir(sbs, "a1");
    discovery =
        new SandboxDiscovery(
            List.of(sbs, kata), registry, FolderWatches::none, NEVER, FileClock.SYSTEM);
    discovery.start();
    sees("a1");
    mkdir(kata, "b1");
    Files.delete(sbs.resolve("a1"));
    within(SOON, "only b1 is left", () -> ids().equals(List.of("b1")));
  }

  @Test
  void recreatedDirectoryIsAnotherSandbox() throws Exception {
    mkdir(sbs, "a1");
    start(sbs);
    registry.describe(new SandboxId("a1"), new Pod("uid", "name", "namespace"));
    Files.delete(sbs.resolve("a1"));
    mkdir(sbs, "a1");
    within(SOON, "its pod is not known", () -> has("a1", a1 -> !a1.pod().isKnown()));
  }

  @Test
  void runtimeRsStateIsReadOnceItExists() throws Exception {
    mkdir(kata, "early", "late");
    Files.writeString(kata.resolve("early/state.json"), state("dragonball"));
    start(kata);
    assertThat(has("early", runs(ShimRuntime.RUNTIME_RS, "dragonball"))).isTrue();
    assertThat(has("late", runs(ShimRuntime.RUNTIME_RS, null))).isTrue();
    Files.writeString(kata.resolve("late/state.json"), state("qemu").substring(0, 20));
    Files.writeString(kata.resolve("late/state.json"), state("qemu"));
    within(SOON, "state read", () -> has("late", runs(ShimRuntime.RUNTIME_RS, "qemu")));
  }

  @Test
  void goRootTakesPrecedenceWhileItHasTheSandbox() throws Exception {
    mkdir(kata, "a1");
    start(kata, sbs);
    assertThat(has("a1", runs(ShimRuntime.RUNTIME_RS, null))).isTrue();
    mkdir(sbs, "a1");
    within(SOON, "Go wins", () -> has("a1", runs(ShimRuntime.GO, null)));
    assertThat(has("a1", a1 -> a1.directory().equals(sbs.resolve("a1")))).isTrue();
    Files.delete(sbs.resolve("a1"));
    within(SOON, "rs again", () -> has("a1", runs(ShimRuntime.RUNTIME_RS, null)));
    Files.delete(kata.resolve("a1"));
    sees();
  }

  @Test
  void stateFileDecidesTheRuntimeInARootOfAnotherName() throws Exception {
    var root = Files.createDirectory(temp.resolve("custom"));
    mkdir(root, "go1", "rs1", "rs2");
    Files.writeString(root.resolve("rs1/state.json"), state("dragonball"));
    start(root);
    assertThat(has("go1", runs(ShimRuntime.GO, null))).isTrue();
    assertThat(has("rs1", runs(ShimRuntime.RUNTIME_RS, "dragonball"))).isTrue();
    Files.writeString(root.resolve("rs2/state.json"), state("qemu"));
    within(SOON, "state seen", () -> has("rs2", runs(ShimRuntime.RUNTIME_RS, "qemu")));
  }

  @Test
  void persistJsonDecidesTheRuntimeEvenInTheRootOfRuntimeRs() throws Exception {
    mkdir(kata, "a1");
    Files.writeString(kata.resolve("a1/persist.json"), "{\"Config\":{\"HypervisorType\":\"clh\"}}");
    mkdir(sbs, "b1");
    Files.writeString(sbs.resolve("b1/state.json"), state("qemu"));
    Files.setLastModifiedTime(sbs.resolve("b1"), FileTime.fromMillis(0));
    start(sbs, kata);
    assertThat(has("a1", a1 -> a1.runtime() == ShimRuntime.GO)).isTrue();
    within(SOON, "persist.json read", () -> has("a1", runs(ShimRuntime.GO, "clh")));
    assertThat(has("b1", runs(ShimRuntime.RUNTIME_RS, "qemu"))).isTrue();
    assertThat(has("b1", b1 -> b1.created() != null)).isTrue();
  }

  @Test
  void rootWithTheGoStateFileTakesPrecedence() throws Exception {
    mkdir(sbs, "a1");
    Files.writeString(sbs.resolve("a1/state.json"), state("qemu"));
    mkdir(kata, "a1");
    Files.writeString(kata.resolve("a1/persist.json"), "{}");
    start(sbs, kata);
    assertThat(has("a1", a1 -> a1.directory().equals(kata.resolve("a1")))).isTrue();
  }

  private static Predicate<Sandbox> runs(ShimRuntime runtime, @Nullable String hypervisor) {
    return sandbox ->
        sandbox.runtime() == runtime && Objects.equals(sandbox.hypervisor(), hypervisor);
  }

  /** Blocks the discovery thread at the first new sandbox. */
  private static SandboxRegistry.Listener holding(CountDownLatch held, CountDownLatch go) {
    return new SandboxRegistry.Listener() {
      @Override
      public void added(Sandbox sandbox) {
        held.countDown();
        try {
          go.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public void changed(Sandbox before, Sandbox after) {}

      @Override
      public void removed(Sandbox sandbox) {}
    };
  }
}

package io.katamonitor.sandbox;

import static io.katamonitor.sandbox.Eventually.SOON;
import static io.katamonitor.sandbox.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.RootStatus.State;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RootDiscoveryTest extends DiscoveryTestCase {
  @Test
  void rootThatIsCreatedLateIsFoundForAnyMissingParent() throws Exception {
    var root = temp.resolve("deep/er/vc/sbs");
    start(root, temp.resolve("deep/kata"));
    Files.createDirectories(root.resolve("a1"));
    sees("a1");
    Files.createDirectories(temp.resolve("deep/kata/b1"));
    sees("a1", "b1");
    mkdir(root, "a2");
    sees("a1", "a2", "b1");
  }

  @Test
  void recreatedRootIsFollowed() throws Exception {
    mkdir(sbs, "a1");
    start(sbs, kata);
    for (int round = 0; round < 3; round++) {
      sees("a1");
      Files.delete(sbs.resolve("a1"));
      Files.delete(sbs);
      sees();
      Files.createDirectory(sbs);
      mkdir(sbs, "a1");
    }
    sees("a1");
  }

  @Test
  void rootRenamedAwayIsEmptyAndItsReplacementIsFollowed() throws Exception {
    mkdir(sbs, "a1");
    start(sbs);
    Files.move(sbs, temp.resolve("old"));
    sees();
    mkdir(temp.resolve("old"), "ghost");
    Files.createDirectory(sbs);
    mkdir(sbs, "b1");
    sees("b1");
    mkdir(temp.resolve("old"), "ghost2");
    mkdir(sbs, "b2");
    sees("b1", "b2");
  }

  @Test
  void renamedParentRemovesTheSandboxesAndRestoresThem() throws Exception {
    mkdir(sbs, "a1");
    start(sbs);
    Files.move(temp.resolve("vc"), temp.resolve("vc2"));
    sees();
    mkdir(temp.resolve("vc2/sbs"), "a2");
    Files.move(temp.resolve("vc2"), temp.resolve("vc"));
    sees("a1", "a2");
  }

  @Test
  void fileInPlaceOfTheRootCountsAsNoRoot() throws Exception {
    mkdir(sbs, "a1");
    start(sbs);
    Files.move(sbs, temp.resolve("old"));
    Files.writeString(sbs, "");
    sees();
    Files.delete(sbs);
    Files.move(temp.resolve("old"), sbs);
    sees("a1");
  }

  @Test
  void linkInPlaceOfTheRootIsFollowedUnlessItIsBroken() throws Exception {
    mkdir(sbs, "a1");
    var other = Files.createDirectory(temp.resolve("other"));
    mkdir(other, "b1");
    start(sbs);
    Files.move(sbs, temp.resolve("old"));
    Files.createSymbolicLink(sbs, temp.resolve("nowhere"));
    sees();
    Files.delete(sbs);
    Files.createSymbolicLink(sbs, other);
    sees("b1");
    mkdir(other, "b2");
    sees("b1", "b2");
    Files.delete(sbs);
    Files.move(temp.resolve("old"), sbs);
    sees("a1");
  }

  @Tag("system")
  @Test
  void fileSystemMountedOverTheRootHidesItsSandboxes() throws Exception {
    mkdir(sbs, "a1");
    start(sbs);
    assertThat(run("mount", "-t", "tmpfs", "none", sbs.toString()))
        .as("only root may mount")
        .isZero();
    try {
      sees();
      mkdir(sbs, "b1");
      sees("b1");
    } finally {
      run("umount", sbs.toString());
    }
    sees("a1");
  }

  @Test
  void missingRootsOfOneParentAreWatchedSeparately() throws Exception {
    var one = temp.resolve("x/sbs");
    var two = temp.resolve("x/kata");
    Files.createDirectory(temp.resolve("x"));
    start(one, two);
    Files.createDirectory(one);
    mkdir(one, "a1");
    sees("a1");
    Files.createDirectory(two);
    mkdir(two, "b1");
    sees("a1", "b1");
  }

  @Test
  void rootsReportTheirState() throws Exception {
    var late = temp.resolve("late");
    start(sbs, late);
    assertThat(states()).containsExactly(State.READABLE, State.ABSENT);
    Files.createDirectory(late);
    within(SOON, "created", () -> states().get(1) == State.READABLE);
    Files.move(late, temp.resolve("old"));
    Files.writeString(late, "");
    within(SOON, "replaced by a file", () -> states().get(1) == State.UNREADABLE);
    Files.delete(late);
    within(SOON, "removed", () -> states().get(1) == State.ABSENT);
  }

  @Test
  void closeEndsTheThreads() throws Exception {
    start(sbs);
    discovery.close();
    within(
        SOON,
        "no thread is left",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("discovery")));
  }

  /** Holds the thread that next reads the wall clock, which reading a state file does. */
  private static final class Hang {
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    Hang(ManualFileClock clock) {
      clock.onNextRead(() -> {
        hanging.countDown();
        try {
          end.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    }

    void await() throws InterruptedException {
      assertThat(hanging.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void hungRootDoesNotAffectTheSandboxesOfTheOther() throws Exception {
    var clock = new ManualFileClock();
    mkdir(sbs, "a1");
    mkdir(kata, "k1");
    Files.writeString(kata.resolve("k1/state.json"), state("qemu"));
    var hang = new Hang(clock);
    discovery =
        new SandboxDiscovery(List.of(kata, sbs), registry, FolderWatches::open, NEVER, clock);
    var starting = new Thread(discovery::start);
    starting.start();
    hang.await();
    sees("a1");
    mkdir(sbs, "a2");
    sees("a1", "a2");
    Files.delete(sbs.resolve("a1"));
    sees("a2");
    assertThat(discovery.areRootsRead()).isFalse();
    clock.pass(RootDiscovery.HANGING);
    assertThat(discovery.roots())
        .containsExactly(
            new RootStatus(kata, State.UNREADABLE, "does not respond"),
            new RootStatus(sbs, State.READABLE, ""));

    hang.end.countDown();
    sees("a2", "k1");
    starting.join();
    assertThat(discovery.areRootsRead()).isTrue();
    assertThat(states()).containsExactly(State.READABLE, State.READABLE);
  }

  @Test
  void rootThatHangsLaterKeepsItsSandboxes() throws Exception {
    var clock = new ManualFileClock();
    mkdir(kata, "k1");
    discovery =
        new SandboxDiscovery(List.of(kata, sbs), registry, FolderWatches::open, NEVER, clock);
    discovery.start();
    sees("k1");
    var hang = new Hang(clock);
    Files.writeString(kata.resolve("k1/state.json"), state("qemu"));
    clock.pass(Duration.ofSeconds(1));
    hang.await();
    clock.pass(RootDiscovery.HANGING);
    assertThat(states()).containsExactly(State.UNREADABLE, State.READABLE);
    mkdir(sbs, "a1");
    sees("a1", "k1");
    hang.end.countDown();
    within(SOON, "readable", () -> states().getFirst() == State.READABLE);
  }

  @Test
  void idInTwoRootsBelongsToTheGoRuntime() throws Exception {
    start(kata, sbs);
    for (int round = 0; round < 100; round++) {
      var id = "a" + round;
      mkdir(kata, id);
      mkdir(sbs, id);
      within(
          SOON,
          id,
          () -> {
            var sandbox = registry.find(new SandboxId(id));
            return sandbox != null && sandbox.runtime() == ShimRuntime.GO;
          });
    }
  }
}

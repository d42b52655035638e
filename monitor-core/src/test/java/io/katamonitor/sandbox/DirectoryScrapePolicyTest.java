package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.log.CapturedLog;
import io.katamonitor.log.Level;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryScrapePolicyTest {
  private static final Duration AT_ONCE = Duration.ZERO;

  @TempDir Path root;
  private final ManualLoop loop = new ManualLoop();
  private final Threads threads = new Threads();
  private final ManualFileClock clock = new ManualFileClock();
  private final DirectoryScrapePolicy policy =
      new DirectoryScrapePolicy(RuntimeRsScrape.AUTO, Path.of("/run/vc/sbs"), loop, threads, clock);

  /** Holds what is to be run until the test runs it. */
  private static final class Threads extends AbstractExecutorService {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private int free = 8;
    private boolean isShutdown;

    @Override
    public void execute(Runnable task) {
      if (free == 0 || isShutdown) {
        throw new RejectedExecutionException();
      }
      tasks.add(task);
    }

    void runNext() {
      tasks.remove().run();
    }

    @Override
    public void shutdown() {
      isShutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      isShutdown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return isShutdown;
    }

    @Override
    public boolean isTerminated() {
      return isShutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  private Sandbox sandbox(String id, String file, String text) throws IOException {
    return sandbox(id, id, file, text);
  }

  private Sandbox sandbox(String path, String id, String file, String text) throws IOException {
    var directory = Files.createDirectory(root.resolve(path));
    Files.writeString(directory.resolve("shim-monitor.sock"), "");
    Files.writeString(directory.resolve(file), text);
    return new Sandbox(new SandboxId(id), ShimRuntime.GO, directory, null, Pod.UNKNOWN);
  }

  private Sandbox go(String id) throws IOException {
    return go(id, id);
  }

  private Sandbox go(String path, String id) throws IOException {
    return sandbox(path, id, "persist.json", "{}");
  }

  private Sandbox runtimeRs(String id, String hypervisor) throws IOException {
    return sandbox(
        id, "state.json", "{\"hypervisor\":{\"hypervisor_type\":\"" + hypervisor + "\"}}");
  }

  private List<Decision> check(Sandbox sandbox) {
    var decisions = new ArrayList<Decision>();
    policy.check(sandbox, decisions::add);
    return decisions;
  }

  private Decision decision(Sandbox sandbox) {
    var decisions = check(sandbox);
    loop.pass(AT_ONCE);
    threads.runNext();
    loop.pass(AT_ONCE);
    assertThat(decisions).hasSize(1);
    return decisions.getFirst();
  }

  @Test
  void removalOfADirectoryIsReportedAfterACheckOnAThread() throws IOException {
    var sandbox = go("a1");
    for (var isGone : List.of(false, true)) {
      if (isGone) {
        Files.delete(sandbox.directory().resolve("shim-monitor.sock"));
        Files.delete(sandbox.directory().resolve("persist.json"));
        Files.delete(sandbox.directory());
      }
      var results = new ArrayList<Boolean>();
      policy.checkGone(sandbox, results::add);
      loop.pass(AT_ONCE);
      assertThat(results).isEmpty();
      threads.runNext();
      loop.pass(AT_ONCE);
      assertThat(results).containsExactly(isGone);
    }
    assertThat(policy.size()).isZero();
  }

  @Test
  void decisionsArriveOnTheLoopAfterACheckOnAThread() throws IOException {
    var decisions = check(runtimeRs("a1", "dragonball"));
    loop.pass(AT_ONCE);
    assertThat(threads.tasks).hasSize(1);
    threads.runNext();
    assertThat(decisions).isEmpty();
    loop.pass(AT_ONCE);
    assertThat(decisions).containsExactly(Decision.SCRAPE_RUNTIME_RS);
  }

  @Test
  void checksOfOneTurnAreOneBatch() throws IOException {
    var go = check(go("a1"));
    var qemu = check(runtimeRs("b1", "qemu"));
    var dragonball = check(runtimeRs("c1", "dragonball"));
    loop.pass(AT_ONCE);
    assertThat(threads.tasks).hasSize(1);
    threads.runNext();
    loop.pass(AT_ONCE);
    assertThat(go).containsExactly(Decision.SCRAPE_GO);
    assertThat(qemu).containsExactly(Decision.NOT_SCRAPED);
    assertThat(dragonball).containsExactly(Decision.SCRAPE_RUNTIME_RS);
    assertThat(threads.tasks).isEmpty();
  }

  @Test
  void checksDuringABatchAreTheNextBatch() throws IOException {
    var a1 = go("a1");
    check(a1);
    loop.pass(AT_ONCE);
    var again = check(a1);
    loop.pass(AT_ONCE);
    assertThat(threads.tasks).hasSize(1);
    threads.runNext();
    // The first check was before the second check: it must not serve it.
    Files.writeString(a1.directory().resolve("state.json"), "{}");
    loop.pass(AT_ONCE);
    assertThat(again).isEmpty();
    threads.runNext();
    loop.pass(AT_ONCE);
    assertThat(again).containsExactly(Decision.NOT_SCRAPED);
  }

  @Test
  void twoChecksOfASandboxInOneTurnShareACheck() throws IOException {
    var a1 = go("a1");
    var one = check(a1);
    var two = check(a1);
    loop.pass(AT_ONCE);
    threads.runNext();
    loop.pass(AT_ONCE);
    assertThat(one).containsExactly(Decision.SCRAPE_GO);
    assertThat(two).containsExactly(Decision.SCRAPE_GO);
  }

  @Test
  void decisionMayLeadToTheNextCheck() throws IOException {
    var a1 = go("a1");
    var decisions = new ArrayList<Decision>();
    policy.check(a1, first -> policy.check(a1, decisions::add));
    for (int i = 0; i < 2; i++) {
      loop.pass(AT_ONCE);
      threads.runNext();
    }
    loop.pass(AT_ONCE);
    assertThat(decisions).containsExactly(Decision.SCRAPE_GO);
  }

  @Test
  void sandboxWithHungCheckIsNotScrapedAndDelaysNoOther() throws IOException {
    var hanging = go("a1");
    var one = check(hanging);
    var other = check(go("b1"));
    loop.pass(AT_ONCE);
    clock.onNextRead(() -> {
      // The first check hangs here while the loop's time goes on.
      loop.pass(CheckLane.PASS_OVER);
      threads.runNext();
      loop.pass(CheckLane.DEADLINE.minus(CheckLane.PASS_OVER).minusNanos(1));
      assertThat(one).isEmpty();
      loop.pass(Duration.ofNanos(1));
      assertThat(one).containsExactly(Decision.NOT_SCRAPED);
      loop.pass(AT_ONCE);
      assertThat(other).containsExactly(Decision.SCRAPE_GO);
      assertThat(check(hanging)).as("while it hangs").containsExactly(Decision.NOT_SCRAPED);
      assertThat(threads.tasks).isEmpty();
    });
    threads.runNext();
    loop.pass(AT_ONCE);
    assertThat(one).hasSize(1);
    var again = check(hanging);
    loop.pass(AT_ONCE);
    threads.runNext();
    loop.pass(AT_ONCE);
    assertThat(again).as("once it has returned").containsExactly(Decision.SCRAPE_GO);
  }

  @Test
  void withoutAThreadNothingIsScraped() throws IOException {
    threads.free = 0;
    var decisions = check(go("a1"));
    loop.pass(AT_ONCE);
    assertThat(decisions).containsExactly(Decision.NOT_SCRAPED);
    threads.free = 1;
    var later = check(go("b1"));
    loop.pass(AT_ONCE);
    threads.runNext();
    loop.pass(AT_ONCE);
    assertThat(later).containsExactly(Decision.SCRAPE_GO);
  }

  @Test
  void hungRootDelaysNoOtherRoot() throws IOException {
    var hanging = check(go("a1"));
    loop.pass(AT_ONCE);
    clock.onNextRead(() -> {
      var other = check(in(Path.of("other"), "b1"));
      loop.pass(AT_ONCE);
      threads.runNext();
      loop.pass(AT_ONCE);
      assertThat(other).containsExactly(Decision.SCRAPE_GO);
      assertThat(hanging).isEmpty();
    });
    threads.runNext();
  }

  private Sandbox in(Path otherRoot, String id) {
    try {
      Files.createDirectories(root.resolve(otherRoot));
      return go(otherRoot.resolve(id).toString(), id);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void stateOfARemovedSandboxIsDropped() throws IOException {
    var a1 = runtimeRs("a1", "qemu");
    assertThat(decision(a1)).isEqualTo(Decision.NOT_SCRAPED);
    Files.delete(a1.directory().resolve("state.json"));
    Files.writeString(a1.directory().resolve("persist.json"), "{}");
    assertThat(decision(a1)).as("still runtime-rs's").isEqualTo(Decision.STARTING);
    policy.removed(a1);
    loop.pass(AT_ONCE);
    assertThat(policy.size()).isZero();
    assertThat(decision(a1)).isEqualTo(Decision.SCRAPE_GO);
  }

  @Test
  void checkAfterARemovalLeavesNoState() throws IOException {
    var a1 = go("a1");
    Files.delete(a1.directory().resolve("persist.json"));
    Files.delete(a1.directory().resolve("shim-monitor.sock"));
    Files.delete(a1.directory());
    policy.removed(a1);
    assertThat(decision(a1)).isEqualTo(Decision.NOT_SCRAPED);
    assertThat(policy.size()).isZero();
  }

  @Test
  void anotherDirectoryOfTheSameIdIsAnotherSandbox() throws IOException {
    var a1 = go("a1");
    assertThat(decision(a1)).isEqualTo(Decision.SCRAPE_GO);
    var moved = runtimeRs("b1", "qemu").directory();
    var other = new Sandbox(a1.id(), ShimRuntime.GO, moved, null, Pod.UNKNOWN);
    assertThat(decision(other)).isEqualTo(Decision.NOT_SCRAPED);
  }

  @Test
  void modeAlwaysIsLoggedAsAWarningOnce() {
    var registry = new SandboxRegistry();
    try (var log = CapturedLog.from(Level.INFO)) {
      new DirectoryScrapePolicy(RuntimeRsScrape.AUTO, 1, registry, loop).close();
      assertThat(log.lines()).isEmpty();
      new DirectoryScrapePolicy(RuntimeRsScrape.ALWAYS, 1, registry, loop).close();
      assertThat(log.lines()).singleElement().asString().contains("aborts, and its pod with it");
    }
  }

  @Test
  void realThreadsDecideForAHundredSandboxes() throws Exception {
    var sandboxes = new ArrayList<Sandbox>();
    for (int i = 0; i < 100; i++) {
      sandboxes.add(i % 2 == 0 ? go("g" + i) : runtimeRs("r" + i, "dragonball"));
    }
    var realLoop = Executors.newSingleThreadScheduledExecutor();
    try (var real =
        new DirectoryScrapePolicy(RuntimeRsScrape.AUTO, 1, new SandboxRegistry(), realLoop)) {
      var decisions = new ArrayList<CompletableFuture<Decision>>();
      for (var sandbox : sandboxes) {
        var decision = new CompletableFuture<Decision>();
        decisions.add(decision);
        realLoop.execute(() -> real.check(sandbox, decision::complete));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(decisions.get(i).get(30, TimeUnit.SECONDS))
            .isEqualTo(i % 2 == 0 ? Decision.SCRAPE_GO : Decision.SCRAPE_RUNTIME_RS);
      }
    } finally {
      realLoop.shutdownNow();
    }
  }
}

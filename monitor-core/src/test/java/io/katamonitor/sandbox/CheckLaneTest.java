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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that hang do so within {@link #hang}, while the time of the loop goes on. */
class CheckLaneTest {
  @TempDir Path root;
  private final ManualLoop loop = new ManualLoop();
  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final ManualFileClock clock = new ManualFileClock();
  private final List<DirectoryCheck> returned = new ArrayList<>();
  private final CheckLane lane = new CheckLane(threads::add, loop, returned::add);

  private ShimDirectory directory(String id) throws IOException {
    var directory = Files.createDirectory(root.resolve(id));
    Files.writeString(directory.resolve("shim-monitor.sock"), "");
    return new ShimDirectory(directory, root, RuntimeRsScrape.AUTO, clock);
  }

  private List<Decision> check(ShimDirectory directory) {
    var decisions = new ArrayList<Decision>();
    lane.check(directory, decisions::add);
    return decisions;
  }

  /** Runs the next thread, whose first check hangs while something else happens. */
  private void hang(Runnable meanwhile) {
    clock.onNextRead(meanwhile);
    threads.remove().run();
    loop.pass(Duration.ZERO);
  }

  @Test
  void hungCheckDelaysOthersByATenthOfASecond() throws IOException {
    var hanging = check(directory("a1"));
    var other = check(directory("b1"));
    loop.pass(Duration.ZERO);
    hang(() -> {
      loop.pass(CheckLane.PASS_OVER);
      threads.remove().run();
      loop.pass(Duration.ZERO);
      assertThat(other).containsExactly(Decision.SCRAPE_GO);
      assertThat(hanging).isEmpty();
      loop.pass(CheckLane.DEADLINE.minus(CheckLane.PASS_OVER));
      assertThat(hanging).containsExactly(Decision.NOT_SCRAPED);
    });
    assertThat(hanging).hasSize(1);
    assertThat(returned).isNotEmpty();
  }

  @Test
  void checkThatReturnsInTimeCounts() throws IOException {
    var slow = check(directory("a1"));
    loop.pass(Duration.ZERO);
    hang(() -> loop.pass(CheckLane.DEADLINE.minusNanos(1)));

    assertThat(slow).containsExactly(Decision.SCRAPE_GO);
  }

  @Test
  void directoryHasOneCheckAtATime() throws IOException {
    var a1 = directory("a1");
    var first = check(a1);
    loop.pass(Duration.ZERO);
    hang(() -> {
      var second = check(a1);
      loop.pass(CheckLane.DEADLINE);
      assertThat(first).containsExactly(Decision.NOT_SCRAPED);
      assertThat(second).as("requested before the deadline").isEqualTo(first);
      assertThat(check(a1)).as("after it").containsExactly(Decision.NOT_SCRAPED);
      assertThat(threads).isEmpty();
    });
    var again = check(a1);
    loop.pass(Duration.ZERO);
    threads.remove().run();
    loop.pass(Duration.ZERO);
    assertThat(again).as("once it has returned").containsExactly(Decision.SCRAPE_GO);
  }

  @Test
  void rootCountsAsHungWhenAllItsThreadsHang() throws IOException {
    try (var log = CapturedLog.from(Level.WARN)) {
      hangNext(1);
      assertThat(log.lines()).filteredOn(line -> line.contains("a storage root hangs")).hasSize(1);
    }
    var later = check(directory("later"));
    loop.pass(Duration.ZERO);
    threads.remove().run();
    loop.pass(Duration.ZERO);
    assertThat(later).as("when all have returned").containsExactly(Decision.SCRAPE_GO);
  }

  /** Each check hangs within the one before. */
  private void hangNext(int number) {
    try {
      var hanging = check(directory("hangs" + number));
      loop.pass(Duration.ZERO);
      hang(() -> {
        loop.pass(CheckLane.DEADLINE);
        assertThat(hanging).containsExactly(Decision.NOT_SCRAPED);
        if (number < CheckLane.MAX_THREADS) {
          hangNext(number + 1);
          return;
        }
        for (var id : List.of("b1", "c1")) {
          var refused = check(directoryUnchecked(id));
          loop.pass(Duration.ZERO);
          assertThat(refused).containsExactly(Decision.NOT_SCRAPED);
        }
        assertThat(threads).isEmpty();
      });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ShimDirectory directoryUnchecked(String id) {
    try {
      return directory(id);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

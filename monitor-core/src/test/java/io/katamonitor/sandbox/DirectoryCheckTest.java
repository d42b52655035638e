package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryCheckTest {
  @TempDir Path root;
  private final ManualFileClock clock = new ManualFileClock();
  private final List<Decision> decisions = new ArrayList<>();

  private DirectoryCheck check() throws IOException {
    var directory = Files.createDirectory(root.resolve("a1"));
    Files.writeString(directory.resolve("shim-monitor.sock"), "");
    return new DirectoryCheck(new ShimDirectory(directory, root, RuntimeRsScrape.AUTO, clock));
  }

  @Test
  void allCallersGetTheResult() throws IOException {
    var check = check();
    check.add(decisions::add);
    check.add(decisions::add);
    check.run();
    assertThat(check.isCompleted()).isFalse();
    check.complete();
    assertThat(decisions).containsExactly(Decision.SCRAPE_GO, Decision.SCRAPE_GO);
    assertThat(check.isCompleted()).isTrue();
  }

  @Test
  void failedResultIsNotScraped() throws IOException {
    var check = check();
    check.add(decisions::add);
    check.complete();
    assertThat(decisions).containsExactly(Decision.NOT_SCRAPED);
  }

  @Test
  void itIsRunningFromTheStartToTheResult() throws IOException {
    var check = check();
    assertThat(check.isRunning()).isFalse();
    var during = new ArrayList<Boolean>();
    clock.onNextRead(() -> during.add(check.isRunning()));
    check.run();
    assertThat(during).containsExactly(true);
    assertThat(check.isRunning()).isFalse();
    assertThat(check.hasResult()).isTrue();
  }

  @Test
  void unforeseenExceptionIsNotScraped() throws IOException {
    var check = check();
    check.add(decisions::add);
    clock.onNextRead(() -> {
      throw new IllegalStateException("unforeseen");
    });
    check.run();
    check.complete();
    assertThat(decisions).containsExactly(Decision.NOT_SCRAPED);
  }
}

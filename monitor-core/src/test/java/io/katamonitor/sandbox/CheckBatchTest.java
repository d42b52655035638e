package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.RuntimeRsScrape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckBatchTest {
  private final ManualFileClock clock = new ManualFileClock();
  private final List<CheckBatch> returned = new ArrayList<>();
  private final DirectoryCheck first = check();
  private final DirectoryCheck second = check();
  private final CheckBatch batch = new CheckBatch(List.of(first, second), returned::add);

  private DirectoryCheck check() {
    var none = Path.of("/nowhere/a1");
    return new DirectoryCheck(
        new ShimDirectory(none, Path.of("/nowhere"), RuntimeRsScrape.AUTO, clock));
  }

  @Test
  void oneThreadDoesAllInARow() {
    assertThat(batch.hasMore()).isTrue();
    batch.run();
    assertThat(batch.hasMore()).isFalse();
    assertThat(first.hasResult()).isTrue();
    assertThat(second.hasResult()).isTrue();
    assertThat(returned).containsExactly(batch);
  }

  @Test
  void nothingBeginsOnceItIsAbandoned() {
    batch.abandon();
    batch.run();
    assertThat(first.hasResult()).isFalse();
    assertThat(batch.hasMore()).isFalse();
    assertThat(returned).containsExactly(batch);
  }
}

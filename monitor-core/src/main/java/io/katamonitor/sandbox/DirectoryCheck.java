package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One check of a sandbox's directory, and the callers that wait for its decision. Created and
 * completed on the event loop; {@link #run} runs on a file thread.
 */
final class DirectoryCheck {
  private static final Log LOG = Log.of(DirectoryCheck.class);

  private final ShimDirectory directory;
  private final List<Consumer<Decision>> consumers = new ArrayList<>(1);
  private volatile boolean hasBegun;
  private volatile @Nullable Decision result;
  private boolean isCompleted;
  private int stalls;

  DirectoryCheck(ShimDirectory directory) {
    this.directory = directory;
  }

  ShimDirectory directory() {
    return directory;
  }

  /** Adds a caller; before the check begins. */
  void add(Consumer<Decision> consumer) {
    consumers.add(consumer);
  }

  void run() {
    hasBegun = true;
    try {
      result = directory.check();
    } catch (RuntimeException e) {
      LOG.error("a directory check failed", "directory", directory.path(), "cause", e);
      result = Decision.NOT_SCRAPED;
    }
  }

  boolean hasResult() {
    return result != null;
  }

  boolean hasBegun() {
    return hasBegun;
  }

  /** Counts how often the check was found under way. */
  int countStall() {
    return ++stalls;
  }

  /** Whether the check has begun and not ended. */
  boolean isRunning() {
    return hasBegun && result == null;
  }

  boolean isCompleted() {
    return isCompleted;
  }

  /**
   * Calls back with the decision, {@code NOT_SCRAPED} if there is none. Once, on the event loop.
   */
  void complete() {
    var decision = result;
    isCompleted = true;
    for (var consumer : consumers) {
      try {
        consumer.accept(decision == null ? Decision.NOT_SCRAPED : decision);
      } catch (RuntimeException | LinkageError e) {
        LOG.error("a decision could not be delivered", "directory", directory.path(), "cause", e);
      }
    }
  }
}

package io.katamonitor.sandbox;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Directory checks that one file thread makes in a row. If it hangs in one of them, a second thread
 * continues with the rest of the batch: each check is made by one thread only.
 */
final class CheckBatch implements Runnable {
  private final List<DirectoryCheck> checks;
  private final AtomicInteger next = new AtomicInteger();
  private final Consumer<CheckBatch> onReturn;

  /**
   * @param onReturn called on a file thread when it has finished its part of the batch
   */
  CheckBatch(List<DirectoryCheck> checks, Consumer<CheckBatch> onReturn) {
    this.checks = List.copyOf(checks);
    this.onReturn = onReturn;
  }

  List<DirectoryCheck> checks() {
    return checks;
  }

  @Override
  public void run() {
    try {
      for (int i = next.getAndIncrement(); i < checks.size(); i = next.getAndIncrement()) {
        checks.get(i).run();
      }
    } finally {
      onReturn.accept(this);
    }
  }

  /** Whether all callers have a decision. On the event loop. */
  boolean isCompleted() {
    for (int i = 0; i < checks.size(); i++) {
      if (!checks.get(i).isCompleted()) {
        return false;
      }
    }
    return true;
  }

  boolean hasMore() {
    return next.get() < checks.size();
  }

  /** Closes the batch: no further check starts. */
  void abandon() {
    next.set(checks.size());
  }
}

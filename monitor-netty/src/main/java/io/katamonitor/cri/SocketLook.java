package io.katamonitor.cri;

import io.netty.channel.EventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Checks that the runtime's socket exists before a connection is made, on a thread that ends with
 * the check: the file system may hang, and connect(2) would hang with it. One check at a time;
 * callers share it. Confined to the event loop, but for the check itself.
 */
final class SocketLook {
  /** Result of a check. */
  enum Result {
    THERE,
    MISSING,
    /** The file system hangs. */
    HUNG
  }

  private final BooleanSupplier isMissing;
  private final EventLoop loop;
  private final long deadlineNanos;
  private final List<Consumer<Result>> waiting = new ArrayList<>();
  private boolean isLooking;
  private boolean isHung;
  private int looks;

  /**
   * @param deadlineNanos after which the file system hangs
   */
  SocketLook(Path socket, EventLoop loop, long deadlineNanos) {
    this(() -> Files.notExists(socket), loop, deadlineNanos);
  }

  /**
   * @param isMissing may block
   */
  SocketLook(BooleanSupplier isMissing, EventLoop loop, long deadlineNanos) {
    this.isMissing = isMissing;
    this.loop = loop;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * Checks now.
   *
   * @param then called once on the loop, later
   */
  void look(Consumer<Result> then) {
    assert loop.inEventLoop();
    if (isHung) {
      loop.execute(() -> then.accept(Result.HUNG));
      return;
    }
    waiting.add(then);
    if (!isLooking) {
      isLooking = true;
      int look = ++looks;
      var thread = new Thread(this::run, "runtime-socket");
      thread.setDaemon(true);
      thread.start();
      loop.schedule(() -> late(look), deadlineNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void run() {
    var result = isMissing.getAsBoolean() ? Result.MISSING : Result.THERE;
    try {
      loop.execute(() -> returned(result));
    } catch (RejectedExecutionException e) {
      // The event loop has ended: nobody waits.
    }
  }

  private void returned(Result result) {
    isLooking = false;
    isHung = false;
    tell(result);
  }

  private void late(int look) {
    if (isLooking && look == looks) {
      isHung = true;
      tell(Result.HUNG);
    }
  }

  private void tell(Result result) {
    var all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(one -> one.accept(result));
  }
}

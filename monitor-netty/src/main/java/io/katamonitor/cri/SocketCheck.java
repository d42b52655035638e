package io.katamonitor.cri;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Checks that the runtime's socket exists before a connection is made, on a thread of its own: the
 * file system may hang, and connect(2) would hang with it. One check at a time; callers share it.
 * The thread starts with the object, as later the system may have none left. Confined to the event
 * loop, but for the check itself.
 */
final class SocketCheck {
  /** Result of a check. */
  enum Result {
    PRESENT,
    MISSING,
    /** The file system hangs. */
    HUNG
  }

  private final BooleanSupplier isMissing;
  private final EventLoop loop;
  private final long deadlineNanos;
  private final ThreadPoolExecutor thread;
  private final List<Consumer<Result>> waiting = new ArrayList<>();
  private boolean isChecking;
  private boolean isHung;
  private int checks;

  /**
   * @param deadlineNanos after which the file system hangs
   */
  SocketCheck(Path socket, EventLoop loop, long deadlineNanos) {
    this(() -> Files.notExists(socket), loop, deadlineNanos);
  }

  /**
   * @param isMissing may block
   */
  SocketCheck(BooleanSupplier isMissing, EventLoop loop, long deadlineNanos) {
    this.isMissing = isMissing;
    this.loop = loop;
    this.deadlineNanos = deadlineNanos;
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("runtime-socket", true));
    thread.prestartAllCoreThreads();
  }

  /**
   * Checks now.
   *
   * @param then called once on the loop, later
   */
  void check(Consumer<Result> then) {
    assert loop.inEventLoop();
    if (isHung) {
      loop.execute(() -> then.accept(Result.HUNG));
      return;
    }
    waiting.add(then);
    if (!isChecking) {
      isChecking = true;
      int check = ++checks;
      thread.execute(this::run);
      loop.schedule(() -> timedOut(check), deadlineNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void run() {
    var result = isMissing.getAsBoolean() ? Result.MISSING : Result.PRESENT;
    try {
      loop.execute(() -> returned(result));
    } catch (RejectedExecutionException e) {
      // The event loop has ended: no caller waits.
    }
  }

  /** Ends the thread; no check may follow. */
  void close() {
    thread.shutdownNow();
  }

  private void returned(Result result) {
    isChecking = false;
    isHung = false;
    complete(result);
  }

  private void timedOut(int check) {
    if (isChecking && check == checks) {
      isHung = true;
      complete(Result.HUNG);
    }
  }

  private void complete(Result result) {
    var all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(one -> one.accept(result));
  }
}

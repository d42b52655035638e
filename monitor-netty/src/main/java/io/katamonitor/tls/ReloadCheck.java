package io.katamonitor.tls;

import io.katamonitor.log.Log;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks the files of the configuration before a connection or request is served, on a thread that
 * may block. Callers wait at most a second: if a FIFO or a hung mount blocks the thread, the
 * configuration in use stays. Confined to one event loop.
 *
 * <table>
 *   <caption>States</caption>
 *   <tr><th>state<th>a caller<th>check done<th>deadline
 *   <tr><td>IDLE<td>starts a check and waits: RUNNING<td><td>
 *   <tr><td>RUNNING<td>waits for the next check<td>callers continue; IDLE, or
 *       RUNNING for those that wait for the next<td>all callers continue: OVERDUE
 *   <tr><td>OVERDUE<td>continues at once<td>IDLE<td>
 * </table>
 */
final class ReloadCheck {
  static final Duration DEADLINE = Duration.ofSeconds(1);

  /** Maximum number of callers that wait for the next check; further ones continue at once. */
  static final int MAX_WAITING = 1_024;

  private static final Log LOG = Log.of(ReloadCheck.class);

  private enum State {
    IDLE,
    RUNNING,
    OVERDUE
  }

  private final Executor files;
  private final Runnable check;
  private State state = State.IDLE;
  private List<Runnable> current = List.of();

  /** Callers that need another check: a file may have changed after the running check read it. */
  private List<Runnable> next = new ArrayList<>();

  private @Nullable Future<?> deadline;

  /**
   * @param files executor; gets one task at a time
   * @param check checks the files and reads those that have changed; may block
   */
  ReloadCheck(Executor files, Runnable check) {
    this.files = files;
    this.check = check;
  }

  /**
   * Runs {@code then} on the loop once the files were checked, or the deadline has passed.
   *
   * @param loop the event loop on which all calls are made
   */
  void whenChecked(EventLoop loop, Runnable then) {
    assert loop.inEventLoop();
    if (state == State.OVERDUE || next.size() >= MAX_WAITING) {
      then.run();
      return;
    }
    next.add(then);
    if (state == State.IDLE) {
      start(loop);
    }
  }

  private void start(EventLoop loop) {
    current = next;
    next = new ArrayList<>();
    state = State.RUNNING;
    deadline = loop.schedule(this::overdue, DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    try {
      files.execute(() -> check(loop));
    } catch (RejectedExecutionException stopped) {
      done(loop);
    }
  }

  /** Runs on the file thread. */
  private void check(EventLoop loop) {
    try {
      check.run();
    } finally {
      try {
        loop.execute(() -> done(loop));
      } catch (RejectedExecutionException stopped) {
        LOG.debug("no caller waits for the files: the server has stopped");
      }
    }
  }

  private void done(EventLoop loop) {
    boolean wasOverdue = state == State.OVERDUE;
    state = State.IDLE;
    if (deadline != null) {
      deadline.cancel(false);
    }
    if (wasOverdue) {
      LOG.info("the files of TLS and authentication can be read again");
    }
    var ended = current;
    current = List.of();
    if (!next.isEmpty()) {
      start(loop);
    }
    run(ended);
  }

  private void overdue() {
    state = State.OVERDUE;
    LOG.error(
        "TLS and authentication stay as they were",
        "error",
        "the files could not be read within " + DEADLINE.toSeconds() + " s");
    var ended = new ArrayList<>(current);
    ended.addAll(next);
    current = List.of();
    next = new ArrayList<>();
    run(ended);
  }

  private static void run(List<Runnable> callers) {
    for (var caller : callers) {
      try {
        caller.run();
      } catch (RuntimeException e) { // The others must still continue.
        LOG.error("a connection or request could not be served", "error", e);
      }
    }
  }
}

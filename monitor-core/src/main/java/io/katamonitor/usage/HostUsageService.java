package io.katamonitor.usage;

import io.katamonitor.log.Log;
import io.katamonitor.sandbox.Sandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sandboxes' usage on the host for all that need it: scrapes, the page, the JSON.
 * Confined to the event loop; the files are read by a thread of their own.
 *
 * <p>A reading that started less than a second ago is shared, running or finished. After the
 * deadline the waiters get the sandboxes that were read by then. While the file thread is stuck
 * beyond the deadline (a hung mount) every request gets {@link HostUsageReading#NONE} at once; no
 * second thread is started, and the first one goes on when the mount does.
 *
 * <table>
 *   <caption>States</caption>
 *   <tr><th>state</th><th>read()</th><th>file thread ends</th><th>deadline</th></tr>
 *   <tr><td>idle</td><td>shares the last reading, or starts one: running</td><td></td><td></td></tr>
 *   <tr><td>running</td><td>waits</td><td>all waiters get it: idle</td>
 *     <td>all waiters get a part: stuck</td></tr>
 *   <tr><td>stuck</td><td>NONE</td><td>idle</td><td></td></tr>
 * </table>
 */
public final class HostUsageService implements HostUsageSource {
  private static final Log LOG = Log.of(HostUsageService.class);

  /** A reading that started at most so long ago is shared. */
  private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<List<Sandbox>> sandboxes;
  private final HostUsageReader reader;
  private final Executor fileThread;
  private final ScheduledExecutorService loop;
  private final LongSupplier nanoTime;
  private final long deadlineNanos;
  private final List<Consumer<HostUsageReading>> waiters = new ArrayList<>();
  private @Nullable RunningReading running;
  private @Nullable Future<?> deadline;
  private @Nullable HostUsageReading last;

  /**
   * @param sandboxes an immutable snapshot, as {@code SandboxRegistry} has it
   * @param fileThread a single thread for nothing else ({@link #newFileThread}): a hung mount
   *     blocks it
   * @param loop the event loop
   * @param nanoTime as {@code System::nanoTime}, of any thread
   * @param deadline how long a request waits at most
   */
  public HostUsageService(
      Supplier<List<Sandbox>> sandboxes,
      HostUsageReader reader,
      Executor fileThread,
      ScheduledExecutorService loop,
      LongSupplier nanoTime,
      Duration deadline) {
    this.sandboxes = sandboxes;
    this.reader = reader;
    this.fileThread = fileThread;
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.deadlineNanos = deadline.toNanos();
  }

  /** A daemon thread for the files, started at the first reading. */
  public static ExecutorService newFileThread() {
    return Executors.newSingleThreadExecutor(task -> {
      var thread = new Thread(task, "host-usage");
      thread.setDaemon(true);
      return thread;
    });
  }

  /**
   * Calls {@code onLoop} once, on the event loop, within the deadline; perhaps before it returns.
   */
  @Override
  public void read(Consumer<HostUsageReading> onLoop) {
    if (running != null) {
      if (deadline == null) {
        onLoop.accept(HostUsageReading.NONE); // stuck
      } else {
        waiters.add(onLoop);
      }
      return;
    }
    long now = nanoTime.getAsLong();
    if (last != null && now - last.startNanos() < SHARED_NANOS) {
      onLoop.accept(last);
      return;
    }
    waiters.add(onLoop);
    start(now);
  }

  private void start(long now) {
    var reading = new RunningReading(sandboxes.get(), now);
    running = reading;
    deadline = loop.schedule(this::giveUp, deadlineNanos, TimeUnit.NANOSECONDS);
    try {
      fileThread.execute(() -> readFiles(reading));
    } catch (RejectedExecutionException e) {
      finish(reading); // at the stop of the process
    }
  }

  /** On the file thread. */
  private void readFiles(RunningReading reading) {
    try {
      reader.read(reading.sandboxes(), reading.startNanos(), reading);
    } catch (RuntimeException e) {
      LOG.error("a reading of the host's cgroups failed", "reason", e);
    } finally {
      finishOnLoop(reading);
    }
  }

  private void finishOnLoop(RunningReading reading) {
    try {
      loop.execute(() -> finish(reading));
    } catch (RejectedExecutionException e) {
      LOG.debug("a reading of the host's cgroups ended after the event loop");
    }
  }

  private void finish(RunningReading reading) {
    running = null;
    if (deadline == null) {
      LOG.info("host usage is read again");
      return;
    }
    deadline.cancel(false);
    deadline = null;
    last = reading.finishedPart();
    deliver(last);
  }

  private void giveUp() {
    var reading = running;
    if (reading == null || deadline == null) {
      return;
    }
    deadline = null;
    last = null;
    var part = reading.finishedPart();
    LOG.warn(
        "the host's cgroups were not read in time: their series are absent until they are",
        "sandboxes",
        reading.sandboxes().size(),
        "read",
        part.size());
    deliver(part);
  }

  private void deliver(HostUsageReading reading) {
    var served = List.copyOf(waiters);
    waiters.clear();
    for (var waiter : served) {
      try {
        waiter.accept(reading);
      } catch (RuntimeException | LinkageError e) {
        LOG.error("a use of the host's cgroups failed", "error", e); // The others go on.
      }
    }
  }
}

package io.katamonitor.usage;

import io.katamonitor.log.Log;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sandboxes' usage on the host for scrapes, the page and the JSON. Confined to the event
 * loop; the files are read by threads of their own, one at a time.
 *
 * <p>A reading that started less than a second ago is shared, running or finished. If the files of
 * one sandbox hang for {@link #PASS_OVER}, another thread reads the others, and that sandbox has no
 * usage until the first thread returns. Where {@value #MAX_HUNG_OF_ROOT} sandboxes of a storage
 * root hang, all of that root are passed over. At most {@value #MAX_HUNG} threads may hang.
 *
 * <p>At the deadline the waiters get the sandboxes that were read so far. While the reading is
 * stuck beyond the deadline (the root of the cgroups hangs) every request gets {@link
 * HostUsageReading#NONE} at once, and the reading continues when the file system does.
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

  /** Maximum age of a reading that is shared, from its start. */
  private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Time for the files of one sandbox, which usually take microseconds. */
  static final Duration PASS_OVER = Duration.ofMillis(500);

  /**
   * Limit of hung threads: a {@code state.json} that is replaced by a FIFO makes open(2) hang until
   * the FIFO has a writer.
   */
  static final int MAX_HUNG = 8;

  /** A storage root on a hung mount leaves threads for the others. */
  static final int MAX_HUNG_OF_ROOT = 3;

  private final Supplier<List<Sandbox>> sandboxes;
  private final HostUsageReader reader;
  private final Executor fileThreads;
  private final ScheduledExecutorService loop;
  private final LongSupplier nanoTime;
  private final long deadlineNanos;
  private final List<Consumer<HostUsageReading>> waiters = new ArrayList<>();
  private @Nullable RunningReading running;
  private @Nullable Future<?> deadline;
  private @Nullable Future<?> progressCheck;

  /**
   * Sandboxes in whose files a thread hangs, with their storage roots; at most {@value #MAX_HUNG}.
   */
  private final Map<SandboxId, Path> passedOver = new HashMap<>();

  private @Nullable HostUsageReading last;

  /**
   * @param sandboxes an immutable snapshot, as {@code SandboxRegistry} has it
   * @param fileThreads for nothing else ({@link #newFileThreads}): a hung mount blocks them
   * @param loop the event loop
   * @param nanoTime as {@code System::nanoTime}, of any thread
   * @param deadline maximum time that a request waits
   */
  public HostUsageService(
      Supplier<List<Sandbox>> sandboxes,
      HostUsageReader reader,
      Executor fileThreads,
      ScheduledExecutorService loop,
      LongSupplier nanoTime,
      Duration deadline) {
    this.sandboxes = sandboxes;
    this.reader = reader;
    this.fileThreads = fileThreads;
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.deadlineNanos = deadline.toNanos();
  }

  /**
   * Daemon threads for the files: one, started now, as later the system may have none left, and one
   * more for each that hangs.
   */
  public static ExecutorService newFileThreads() {
    var threads =
        new ThreadPoolExecutor(
            1,
            1 + MAX_HUNG,
            1,
            TimeUnit.MINUTES,
            new SynchronousQueue<>(),
            task -> {
              var thread = new Thread(task, "host-usage");
              thread.setDaemon(true);
              return thread;
            });
    threads.prestartAllCoreThreads();
    return threads;
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
    deadline = loop.schedule(this::giveUp, deadlineNanos, TimeUnit.NANOSECONDS);
    begin(now);
  }

  private void begin(long now) {
    var reading = new RunningReading(readable(), now);
    running = reading;
    try {
      fileThreads.execute(() -> readFiles(reading));
      checkProgressLater(reading, 0);
    } catch (RejectedExecutionException e) {
      finish(reading); // at the stop of the process
    }
  }

  private List<Sandbox> readable() {
    var all = sandboxes.get();
    if (passedOver.isEmpty()) {
      return all;
    }
    var readable = new ArrayList<Sandbox>(all.size());
    for (var sandbox : all) {
      if (!passedOver.containsKey(sandbox.id()) && !isHung(root(sandbox))) {
        readable.add(sandbox);
      }
    }
    return readable;
  }

  private static Path root(Sandbox sandbox) {
    var root = sandbox.directory().getParent();
    return root == null ? sandbox.directory() : root;
  }

  private boolean isHung(Path root) {
    int hung = 0;
    for (var of : passedOver.values()) {
      hung += of.equals(root) ? 1 : 0;
    }
    return hung >= MAX_HUNG_OF_ROOT;
  }

  private void checkProgressLater(RunningReading reading, int step) {
    progressCheck =
        loop.schedule(
            () -> checkProgress(reading, step), PASS_OVER.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Continues without the sandbox in whose files the reading hangs. */
  private void checkProgress(RunningReading reading, int step) {
    if (reading != running) {
      return;
    }
    int now = reading.step();
    boolean isHung = now == step && passedOver.size() < MAX_HUNG;
    var hung = isHung ? reading.abandon(now) : null;
    if (hung == null) {
      checkProgressLater(reading, now);
      return;
    }
    LOG.warn(
        "reading a sandbox's files hangs: it has no host usage until that ends",
        "sandbox",
        hung.id().value(),
        "directory",
        hung.directory());
    passedOver.put(hung.id(), root(hung));
    if (isHung(root(hung))) {
      LOG.warn(
          "a storage root hangs: its sandboxes have no host usage until that ends",
          "directory",
          root(hung));
    }
    reader.abandonHungThread();
    begin(reading.startNanos());
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
    var hung = reading.hung();
    if (hung != null) {
      passedOver.remove(hung.id());
      LOG.info("a sandbox's files are read again", "sandbox", hung.id().value());
      return;
    }
    running = null;
    if (progressCheck != null) {
      progressCheck.cancel(false);
      progressCheck = null;
    }
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
        LOG.error(
            "a listener of the host usage failed", "error", e); // Other waiters are still served.
      }
    }
  }
}

package io.katamonitor.memory;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The line that is written before the process ends because the Java heap, or another resource of
 * the virtual machine, is exhausted. A process whose event loop or discovery died of an
 * OutOfMemoryError would accept connections and never respond.
 *
 * <p>{@link #exhausted} is called by the packaged application's agent (docker/out-of-memory.c) on
 * the thread that is about to get an OutOfMemoryError, wherever it would be caught; then the agent
 * ends the process with code 3. Handlers of exceptions cannot do this: with a heap that is full to
 * the last byte, those of Netty and gRPC fail before they report anything, and so does the virtual
 * machine's call of the handler of uncaught exceptions: tried on six threads, four of them hung.
 * Without the agent, {@code -XX:+ExitOnOutOfMemoryError} ends the process, with no such line.
 *
 * <p>The line is made by a thread of its own, which waits from the beginning, out of memory set
 * aside. Exhausted <em>direct</em> memory is not reported here: its errors are thrown by Java code,
 * and the code that requested the memory rejects what it was for.
 */
public final class OutOfMemoryExit {
  /** Makes and writes the line; may block and may fail. */
  @FunctionalInterface
  public interface Report {
    /**
     * @param resource what is exhausted
     * @param thread that requested it
     */
    void write(String resource, Thread thread) throws Exception;
  }

  /** Time limit for writing the line: standard error may be a pipe that is not read. */
  static final long REPORT_MILLIS = 1_000;

  private static final long REPORT_NANOS = REPORT_MILLIS * 1_000_000;
  private static final long POLL_NANOS = 10_000_000;

  /** Enough to make the line, even if other threads allocate some of it. */
  private static final int RESERVED_BYTES = 256 * 1024;

  /** Bits of the agent's event ResourceExhausted. */
  private static final int JAVA_HEAP = 2;

  private static final int THREADS = 4;

  private static volatile @Nullable OutOfMemoryExit installed;

  private final Report report;
  private final Thread reporter;
  private volatile byte @Nullable [] reserve = new byte[RESERVED_BYTES];
  private volatile int flags;
  private volatile @Nullable Thread failed;
  private volatile boolean written;

  OutOfMemoryExit(Report report) {
    this.report = report;
    reporter = new Thread(this::report, "out-of-memory");
    reporter.setDaemon(true);
    reporter.start();
  }

  /** Reserves the memory that making the line takes; called once, at the start. */
  public static void install(Report report) {
    // Runs everything once in advance: a first execution loads classes and links calls, for which
    // there is no memory later.
    installed = new OutOfMemoryExit((resource, thread) -> {});
    boolean _ = exhausted(0);
    installed = new OutOfMemoryExit(report);
  }

  /**
   * Makes the reporter thread write the line, and waits for it; called by the agent, once.
   * Allocates nothing.
   *
   * @return whether it is written; if not, the agent writes a shorter one
   */
  public static boolean exhausted(int flags) {
    var exit = installed;
    return exit != null && exit.awaitReport(flags);
  }

  boolean awaitReport(int what) {
    reserve = null;
    flags = what;
    failed = Thread.currentThread();
    LockSupport.unpark(reporter);
    long began = System.nanoTime();
    while (!written && reporter.isAlive() && System.nanoTime() - began < REPORT_NANOS) {
      LockSupport.parkNanos(this, POLL_NANOS);
    }
    return written;
  }

  private void report() {
    var thread = failed;
    while (thread == null) {
      LockSupport.park(this);
      thread = failed;
    }
    try {
      report.write(resource(flags), thread);
      written = true;
    } catch (Exception _) {
      // The agent writes its own line.
    }
    LockSupport.unpark(thread);
  }

  static String resource(int flags) {
    if ((flags & THREADS) != 0) {
      return "native threads";
    }
    return (flags & JAVA_HEAP) != 0 ? "Java heap" : "virtual machine";
  }

  /** Whether the memory set aside is still held. */
  boolean isReserved() {
    return reserve != null;
  }
}

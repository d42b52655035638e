package io.katamonitor.logging;

import io.katamonitor.log.Event;
import io.katamonitor.log.Level;
import io.katamonitor.log.Log;
import io.katamonitor.log.LogFormat;
import io.katamonitor.memory.OutOfMemoryExit;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Logs exceptions that end a thread, and writes the line of a process that ends because a resource
 * of the JVM is exhausted. For any thread.
 */
public final class UncaughtErrors {
  private static final Log LOG = Log.of(UncaughtErrors.class);

  private UncaughtErrors() {}

  /**
   * Sets it up, once, before other threads are started.
   *
   * @param accounts returns the accounts of the memory budget with their sizes, as text; called
   *     when the heap is exhausted, so it should allocate little else
   */
  public static void install(LogFormat format, Supplier<String> accounts) {
    var layout = EventLayout.of(format);
    OutOfMemoryExit.install((resource, thread) -> write(layout, accounts, resource, thread));
    // Without it the JVM prints a stack trace to standard error, and might block.
    Thread.setDefaultUncaughtExceptionHandler(UncaughtErrors::uncaught);
  }

  private static void uncaught(Thread thread, Throwable thrown) {
    LOG.error("a thread ended", "thread", thread.getName(), "error", thrown);
  }

  /** Bypasses the queue of the log, whose thread may be the one that failed. */
  private static void write(
      EventLayout layout, Supplier<String> accounts, String resource, Thread thread)
      throws IOException {
    var heap = Runtime.getRuntime();
    var event =
        Event.of(
            Instant.now(),
            "out of memory: the process ends",
            "accounts",
            accounts.get(),
            "heap-max-bytes",
            heap.maxMemory(),
            "heap-used-bytes",
            heap.totalMemory() - heap.freeMemory(),
            "resource",
            resource,
            "thread",
            thread.getName());
    new FileOutputStream(FileDescriptor.err)
        .write(layout.line(Level.FATAL, UncaughtErrors.class.getName(), event));
  }
}

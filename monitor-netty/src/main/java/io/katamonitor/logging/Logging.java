package io.katamonitor.logging;

import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/**
 * The daemon's log: what it writes and how, how many lines it dropped, and its end. Until {@link
 * #configure} is called it writes info and above as text. For any thread.
 */
public final class Logging {
  private record Settings(Level lowest, LogFormat format) {}

  private static volatile Settings settings = new Settings(Level.INFO, LogFormat.TEXT);
  private static volatile boolean started;

  private Logging() {}

  /**
   * Sets what is logged and how.
   *
   * @throws IllegalStateException when something was logged before: the set-up is made once
   */
  public static void configure(Level lowest, LogFormat format) {
    if (started) {
      throw new IllegalStateException("the log is configured before the first event");
    }
    settings = new Settings(lowest, format);
  }

  /** Called once, at the first event. */
  static LogContext newContext() {
    started = true;
    var set = settings;
    return new LogContext(set.lowest, set.format, new FileOutputStream(FileDescriptor.err));
  }

  /** Lines dropped since the start because nobody read standard error. */
  public static long droppedLines() {
    return DropPolicy.dropped();
  }

  /**
   * Writes what waits, at most for a second: without a reader it is lost. Nothing is logged after
   * this.
   */
  public static void stop() {
    if (started) {
      SingleContextSelector.context().stopWriting();
    }
  }
}

package io.katamonitor.logging;

import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/**
 * The daemon's log: its level and format, the number of dropped lines, and its shutdown. Until
 * {@link #configure} is called it writes info and above as text. For any thread.
 */
public final class Logging {
  private record Settings(Level lowest, LogFormat format) {}

  private static volatile Settings settings = new Settings(Level.INFO, LogFormat.TEXT);
  private static volatile boolean started;

  private Logging() {}

  /**
   * Sets level and format.
   *
   * @throws IllegalStateException if something was logged before, since the set-up is made once
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

  /** Lines dropped since the start because standard error was not read fast enough. */
  public static long droppedLines() {
    return DropPolicy.dropped();
  }

  /**
   * Writes the queued lines for at most a second; lines that are not written by then are lost.
   * Nothing is logged after this.
   */
  public static void stop() {
    if (started) {
      SingleContextSelector.context().stopWriting();
    }
  }
}

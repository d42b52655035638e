package io.katamonitor.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Events for the operator: a constant message and fields, one line an event on standard error. For
 * any thread. Whatever a client or a guest sent is escaped in it.
 *
 * <p>The loggers are log4j's by their API and {@link EventProvider ours} behind it, so that a
 * library that asks log4j's LogManager has its lines among these. We have them without asking it:
 * the search for a provider reads all properties by regular expressions and services by streams.
 * CPU of a process that logs one line with the image's flags, from an AOT cache and without one,
 * beside 28 and 39 ms of one that does not log; medians of 15:
 *
 * <ul>
 *   <li>lines without log4j: 32 and 51 ms
 *   <li>this: 32 and 75 ms; the daemon's start loads 33 classes more
 *   <li>the same loggers from LogManager: 74 and 150 ms, 154 classes
 * </ul>
 *
 * <p>log4j-core, configured in code, costs 50 ms more than LogManager with a provider of our own,
 * from the cache, and is not there for that: the whole start may cost 550.
 */
public final class Log {
  private static final String CALLER = Log.class.getName();

  private final EventLogger logger;

  private Log(EventLogger logger) {
    this.logger = logger;
  }

  public static Log of(Class<?> source) {
    return of(source.getName());
  }

  /**
   * @param source who logs: a class's name, a library's where its events are passed on
   */
  public static Log of(String source) {
    return new Log(EventLoggers.ALL.getLogger(source));
  }

  /** Sets what is logged from now on, how and where; for all of the process. */
  public static void configure(Level lowest, LogFormat format, OutputStream out) {
    EventLogger.sink = new EventLogger.Sink(lowest, format, out);
  }

  /** As {@link #configure(Level, LogFormat, OutputStream)}, to standard error. */
  public static void configure(Level lowest, LogFormat format) {
    configure(lowest, format, new FileOutputStream(FileDescriptor.err));
  }

  public boolean isEnabled(Level level) {
    return logger.isEnabled(level.log4j());
  }

  /**
   * Logs one event.
   *
   * @param fields key, value, key, value ...
   */
  public void event(Level level, String message, @Nullable Object... fields) {
    if (isEnabled(level)) {
      logger.logMessage(CALLER, level.log4j(), null, new Event(message, fields), null);
    }
  }

  public void debug(String message, @Nullable Object... fields) {
    event(Level.DEBUG, message, fields);
  }

  public void info(String message, @Nullable Object... fields) {
    event(Level.INFO, message, fields);
  }

  public void warn(String message, @Nullable Object... fields) {
    event(Level.WARN, message, fields);
  }

  public void error(String message, @Nullable Object... fields) {
    event(Level.ERROR, message, fields);
  }
}

package io.katamonitor.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Events for the operator: a constant message and fields, one line an event on standard error. For
 * any thread. Whatever a client or a guest sent is escaped in it.
 *
 * <p>There is no logging library behind it. Measured from an AOT cache with the image's flags, a
 * first line costs 8 ms of CPU as it is here, 42 ms by log4j-api with a provider of our own, 95 ms
 * by log4j-core configured in code (without the cache: 120 and 330 ms), of the 550 that the whole
 * start may cost.
 */
public final class Log {
  private static volatile Sink sink =
      new Sink(Level.INFO, LogFormat.TEXT, new FileOutputStream(FileDescriptor.err));

  private final String source;

  private Log(String source) {
    this.source = source;
  }

  public static Log of(Class<?> source) {
    return of(source.getName());
  }

  /**
   * @param source who logs: a class's name, a library's where its events are passed on
   */
  public static Log of(String source) {
    return new Log(source);
  }

  /** Sets what is logged from now on, how and where; for all of the process. */
  public static void configure(Level lowest, LogFormat format, OutputStream out) {
    sink = new Sink(lowest, format, out);
  }

  /** As {@link #configure(Level, LogFormat, OutputStream)}, to standard error. */
  public static void configure(Level lowest, LogFormat format) {
    configure(lowest, format, new FileOutputStream(FileDescriptor.err));
  }

  public boolean isEnabled(Level level) {
    return level.compareTo(sink.lowest) >= 0;
  }

  /**
   * Logs one event.
   *
   * @param fields key, value, key, value ...
   */
  public void event(Level level, String message, @Nullable Object... fields) {
    if (isEnabled(level)) {
      sink.write(level, source, message, fields);
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

  private record Sink(Level lowest, LogFormat format, OutputStream out) {
    void write(Level level, String source, String message, @Nullable Object[] fields) {
      var line = new LogLine(format, Instant.now(), level, message);
      line.fields(source, fields);
      byte[] bytes = line.end().getBytes(StandardCharsets.UTF_8);
      synchronized (out) {
        try {
          out.write(bytes);
          out.flush();
        } catch (IOException _) {
          // Nobody reads standard error any more: there is nowhere left to tell it.
        }
      }
    }
  }
}

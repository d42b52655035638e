package io.katamonitor.log;

import java.time.Instant;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.spi.ExtendedLogger;
import org.jspecify.annotations.Nullable;

/**
 * Events for the operator: a constant message and fields. For any thread. Never blocks with the
 * daemon's back end, which drops and counts lines if the log is not read.
 *
 * <p>A small facade over log4j-api, whose own methods have no fields. log4j is loaded and the back
 * end set up at the first event, not when the classes that log are loaded: by then the
 * configuration has been read, and a process that logs nothing has no cost.
 */
public final class Log {
  private static final String CALLER = Log.class.getName();

  private final String source;
  private volatile @Nullable ExtendedLogger logger;

  private Log(String source) {
    this.source = source;
  }

  public static Log of(Class<?> source) {
    return of(source.getName());
  }

  /**
   * @param source name of the logger: that of a class, or of a library whose events are passed on
   */
  public static Log of(String source) {
    return new Log(source);
  }

  /** Two threads may both look it up: log4j gives both the same. */
  private ExtendedLogger logger() {
    var known = logger;
    if (known == null) {
      known = LogManager.getContext(false).getLogger(source);
      logger = known;
    }
    return known;
  }

  public boolean isEnabled(Level level) {
    return logger().isEnabled(level.log4j());
  }

  /**
   * Logs one event.
   *
   * @param fields key, value, key, value ...
   */
  public void event(Level level, String message, @Nullable Object... fields) {
    var to = logger();
    if (to.isEnabled(level.log4j())) {
      var event = Event.of(Instant.now(), message, fields);
      to.logMessage(CALLER, level.log4j(), null, event, null);
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

package io.katamonitor.log;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.message.MapMessage;

/**
 * Events for the operator: a constant message and fields. How a line looks (key=value or JSON,
 * quoting, escaping) is the layout's work, so that nothing a client or a guest sent reaches the log
 * unescaped.
 */
public final class Log {
  private final Logger logger;

  private Log(Logger logger) {
    this.logger = logger;
  }

  public static Log of(Class<?> source) {
    return new Log(LogManager.getLogger(source));
  }

  /**
   * Logs one event.
   *
   * @param fields key, value, key, value ...
   */
  public void event(Level level, String message, Object... fields) {
    if (logger.isEnabled(level)) {
      logger.log(level, new Event(message, fields));
    }
  }

  public void debug(String message, Object... fields) {
    event(Level.DEBUG, message, fields);
  }

  public void info(String message, Object... fields) {
    event(Level.INFO, message, fields);
  }

  public void warn(String message, Object... fields) {
    event(Level.WARN, message, fields);
  }

  public void error(String message, Object... fields) {
    event(Level.ERROR, message, fields);
  }

  /** A message with fields, in the order they were given. */
  public static final class Event extends MapMessage<Event, Object> {
    private static final long serialVersionUID = 1L;
    private final String text;

    Event(String text, Object... fields) {
      super(fields.length / 2);
      this.text = text;
      for (int i = 0; i + 1 < fields.length; i += 2) {
        with(String.valueOf(fields[i]), String.valueOf(fields[i + 1]));
      }
    }

    public String text() {
      return text;
    }
  }
}

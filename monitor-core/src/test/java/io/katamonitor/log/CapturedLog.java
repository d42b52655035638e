package io.katamonitor.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/**
 * Captures events while it is open, as {@code text key=value}; in order, and available as soon as
 * the logging call returns.
 */
public final class CapturedLog implements AutoCloseable {
  private static final String NAME = "captured";

  private static final class Lines extends AbstractAppender {
    private final List<String> all = new CopyOnWriteArrayList<>();

    Lines() {
      super(NAME, null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      all.add(event.getMessage().getFormattedMessage());
    }
  }

  private final LoggerContext context = LoggerContext.getContext(false);
  private final org.apache.logging.log4j.Level before =
      context.getConfiguration().getRootLogger().getLevel();
  private final Lines lines = new Lines();

  private CapturedLog(Level lowest) {
    lines.start();
    context.getConfiguration().getRootLogger().addAppender(lines, null, null);
    setLevel(lowest.log4j());
  }

  public static CapturedLog from(Level lowest) {
    return new CapturedLog(lowest);
  }

  private void setLevel(org.apache.logging.log4j.Level level) {
    context.getConfiguration().getRootLogger().setLevel(level);
    context.updateLoggers();
  }

  public List<String> lines() {
    return lines.all;
  }

  @Override
  public void close() {
    setLevel(before);
    context.getConfiguration().getRootLogger().removeAppender(NAME);
  }
}

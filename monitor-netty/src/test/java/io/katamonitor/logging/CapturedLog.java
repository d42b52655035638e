package io.katamonitor.logging;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.log.LogFormat;
import java.io.ByteArrayOutputStream;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/**
 * Captures the lines of level info and above that this process logs while it is open; each is
 * available as soon as the logging call returns.
 */
public final class CapturedLog implements AutoCloseable {
  private static final String NAME = "captured";

  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  private final class Appender extends AbstractAppender {
    private final EventLayout layout;

    Appender(EventLayout layout) {
      super(NAME, null, layout, true, Property.EMPTY_ARRAY);
      this.layout = layout;
    }

    @Override
    public void append(LogEvent event) {
      lines.writeBytes(layout.toByteArray(event));
    }
  }

  private CapturedLog(LogFormat format) {
    var appender = new Appender(EventLayout.of(format));
    appender.start();
    SingleContextSelector.context()
        .getConfiguration()
        .getRootLogger()
        .addAppender(appender, null, null);
  }

  /** Captures lines of {@code key=value}. */
  public static CapturedLog start() {
    return new CapturedLog(LogFormat.TEXT);
  }

  /** Captures lines in this format. */
  public static CapturedLog start(LogFormat format) {
    return new CapturedLog(format);
  }

  public String text() {
    return lines.toString(US_ASCII);
  }

  @Override
  public void close() {
    SingleContextSelector.context().getConfiguration().getRootLogger().removeAppender(NAME);
  }
}

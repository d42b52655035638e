package io.katamonitor.logging;

import io.katamonitor.log.Event;
import io.katamonitor.log.Level;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.core.ErrorHandler;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines to a stream; called by the AsyncAppender's thread alone, which may block here as
 * long as the stream is not read. When the queue is empty again after lines were dropped, their
 * number is logged once, as a warning, if the level permits warnings.
 */
final class LineAppender extends AbstractAppender {
  static final String NAME = "lines";

  private static final String SOURCE = LineAppender.class.getName();

  /**
   * log4j's own error handler writes to standard error on the logging thread, and so might block
   * it.
   */
  static final ErrorHandler SILENT =
      new ErrorHandler() {
        @Override
        public void error(@Nullable String message) {}

        @Override
        public void error(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void error(
            @Nullable String message, @Nullable LogEvent event, @Nullable Throwable cause) {}
      };

  private final EventLayout layout;
  private final OutputStream out;
  private final LongSupplier dropped;
  private final boolean reportsDrops;
  private long reported;

  /**
   * @param dropped lines dropped since the process started
   * @param reportsDrops whether to log their number
   */
  LineAppender(EventLayout layout, OutputStream out, LongSupplier dropped, boolean reportsDrops) {
    super(NAME, null, layout, true, Property.EMPTY_ARRAY);
    this.layout = layout;
    this.out = out;
    this.dropped = dropped;
    this.reportsDrops = reportsDrops;
    reported = dropped.getAsLong();
    setHandler(SILENT);
  }

  @Override
  public void append(LogEvent event) {
    write(layout.toByteArray(event));
    if (event.isEndOfBatch()) {
      reportDrops();
    }
  }

  private void reportDrops() {
    long total = dropped.getAsLong();
    if (total == reported || !reportsDrops) {
      return;
    }
    var event =
        Event.of(
            Instant.now(),
            "log lines were dropped: standard error was not read",
            "lines",
            total - reported,
            "total",
            total);
    reported = total;
    write(layout.line(Level.WARN, SOURCE, event));
  }

  private void write(byte[] line) {
    try {
      out.write(line);
      out.flush();
    } catch (IOException _) {
      // The other end of the stream is closed: the error cannot be reported anywhere.
    }
  }
}

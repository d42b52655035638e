package io.katamonitor.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.spi.AbstractLogger;
import org.jspecify.annotations.Nullable;

/** Writes each event of one source as a {@link LogLine}; for any thread. */
final class EventLogger extends AbstractLogger {
  private static final long serialVersionUID = 1;
  private static final Object[] NO_FIELDS = {};

  /** Where the lines of all the process go. */
  static volatile Sink sink =
      new Sink(Level.INFO, LogFormat.TEXT, new FileOutputStream(FileDescriptor.err));

  record Sink(Level lowest, LogFormat format, OutputStream out) {}

  EventLogger(String source) {
    super(source);
  }

  @Override
  public org.apache.logging.log4j.Level getLevel() {
    return sink.lowest.log4j();
  }

  @Override
  public void logMessage(
      @Nullable String caller,
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      Message message,
      @Nullable Throwable cause) {
    if (message instanceof Event(String text, var fields)) {
      write(Level.of(level), text, fields);
    } else {
      Object[] fields = cause == null ? NO_FIELDS : new Object[] {"cause", cause};
      write(Level.of(level), message.getFormattedMessage(), fields);
    }
  }

  private void write(Level level, String text, @Nullable Object[] fields) {
    var to = sink;
    var line = new LogLine(to.format, Instant.now(), level, text);
    line.fields(getName(), fields);
    byte[] bytes = line.end().getBytes(StandardCharsets.UTF_8);
    synchronized (to.out) {
      try {
        to.out.write(bytes);
        to.out.flush();
      } catch (IOException _) {
        // Nobody reads standard error any more: there is nowhere left to tell it.
      }
    }
  }

  // log4j asks in many ways, and the answer is in the level alone.

  @Override
  public boolean isEnabled(org.apache.logging.log4j.Level level) {
    return level.isMoreSpecificThan(getLevel());
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable Message message,
      @Nullable Throwable cause) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable CharSequence message,
      @Nullable Throwable cause) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable Object message,
      @Nullable Throwable cause) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Throwable cause) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level, @Nullable Marker marker, @Nullable String message) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object... values) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1,
      @Nullable Object p2) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1,
      @Nullable Object p2,
      @Nullable Object p3) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1,
      @Nullable Object p2,
      @Nullable Object p3,
      @Nullable Object p4) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1,
      @Nullable Object p2,
      @Nullable Object p3,
      @Nullable Object p4,
      @Nullable Object p5) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1,
      @Nullable Object p2,
      @Nullable Object p3,
      @Nullable Object p4,
      @Nullable Object p5,
      @Nullable Object p6) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1,
      @Nullable Object p2,
      @Nullable Object p3,
      @Nullable Object p4,
      @Nullable Object p5,
      @Nullable Object p6,
      @Nullable Object p7) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1,
      @Nullable Object p2,
      @Nullable Object p3,
      @Nullable Object p4,
      @Nullable Object p5,
      @Nullable Object p6,
      @Nullable Object p7,
      @Nullable Object p8) {
    return isEnabled(level);
  }

  @Override
  public boolean isEnabled(
      org.apache.logging.log4j.Level level,
      @Nullable Marker marker,
      @Nullable String message,
      @Nullable Object p0,
      @Nullable Object p1,
      @Nullable Object p2,
      @Nullable Object p3,
      @Nullable Object p4,
      @Nullable Object p5,
      @Nullable Object p6,
      @Nullable Object p7,
      @Nullable Object p8,
      @Nullable Object p9) {
    return isEnabled(level);
  }
}

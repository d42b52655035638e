package io.katamonitor.logging;

import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AsyncAppender;
import org.apache.logging.log4j.core.config.AppenderRef;

/**
 * The only logger context of the process: an AsyncAppender, whose queue is limited in bytes and
 * whose thread writes to a stream through a {@link LineAppender}.
 *
 * <p>The configuration that log4j makes for each new context is changed in place, before the
 * context has a logger: starting the context with another one loads classes of the module
 * java.desktop and takes 15 ms more CPU.
 */
final class LogContext extends LoggerContext {
  /** Maximum heap bytes of the lines that wait to be written. */
  static final int QUEUE_BYTES = 1 << 20;

  /** How long a stop waits for the queue to be written. */
  static final long STOP_MILLIS = 1000;

  private final AsyncAppender appender;

  LogContext(Level lowest, LogFormat format, OutputStream out) {
    super("kata-monitor");
    var configuration = getConfiguration();
    var root = configuration.getRootLogger();
    for (String name : List.copyOf(root.getAppenders().keySet())) {
      root.removeAppender(name);
    }
    var reportsDrops = lowest.log4j().isLessSpecificThan(Level.WARN.log4j());
    var lines = new LineAppender(EventLayout.of(format), out, DropPolicy::dropped, reportsDrops);
    lines.start();
    configuration.addAppender(lines);
    appender = asyncAppender();
    appender.setHandler(LineAppender.SILENT);
    appender.start();
    configuration.addAppender(appender);
    root.addAppender(appender, null, null);
    root.setLevel(lowest.log4j());
    setStarted();
  }

  private AsyncAppender asyncAppender() {
    // By name: the appender looks it up in the configuration when it starts.
    var reference = AppenderRef.createAppenderRef(LineAppender.NAME, null, null);
    // Its methods return raw types, so the calls cannot be chained.
    AsyncAppender.Builder<?> builder = AsyncAppender.newBuilder();
    builder.setName("queue");
    builder.setAppenderRefs(new AppenderRef[] {reference});
    builder.setConfiguration(getConfiguration());
    builder.setBlockingQueueFactory(ByteBoundedQueue.factory(QUEUE_BYTES));
    // "Blocking" leaves a full queue to its policy, which is DropPolicy. Without it
    // AsyncAppender reports each lost event to standard error, and so might block.
    builder.setBlocking(true);
    builder.setShutdownTimeout(STOP_MILLIS);
    return builder.build();
  }

  /**
   * Stops only the appender, once the queue is written or {@link #STOP_MILLIS} have passed.
   * Stopping a whole context, log4j would wait forever for a stream that is not read.
   */
  void stopWriting() {
    appender.stop(STOP_MILLIS, TimeUnit.MILLISECONDS);
  }
}

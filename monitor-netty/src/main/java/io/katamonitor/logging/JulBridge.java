package io.katamonitor.logging;

import io.katamonitor.log.Level;
import io.katamonitor.log.Log;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;

/**
 * Passes warnings and errors that gRPC, Netty and the JDK log with java.util.logging on to the log.
 * Letting Netty use log4j instead would cost some 40 ms of CPU at the start, and gRPC needs the
 * bridge in any case. For any thread. Public for {@link LogManager}, which instantiates both
 * classes by name.
 */
public final class JulBridge extends Handler {
  /**
   * When loaded, Netty looks for a local address, and warns on a machine without network interfaces
   * or loopback. Listening only on a unix socket is normal there, and an address that cannot be
   * bound is reported anyway.
   */
  private static final String NOT_OURS = "io.netty.util.NetUtilInitializations";

  /** Stands in for the {@code logging.properties} of the Java runtime, which is then not read. */
  public static final class Setup {
    public Setup() throws IOException {
      String properties =
          ".level=WARNING\nhandlers="
              + JulBridge.class.getName()
              + "\n"
              + NOT_OURS
              + ".level=OFF\n";
      LogManager.getLogManager()
          .readConfiguration(
              new ByteArrayInputStream(properties.getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  /** Takes effect when the first library logs or checks a level; before that it is free. */
  public static void install() {
    System.setProperty("java.util.logging.config.class", Setup.class.getName());
    io.netty.util.internal.logging.InternalLoggerFactory.setDefaultFactory(
        io.netty.util.internal.logging.JdkLoggerFactory.INSTANCE);
  }

  @Override
  public void publish(LogRecord entry) {
    boolean severe = entry.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue();
    var cause = entry.getThrown();
    Object[] fields = cause == null ? new Object[0] : new Object[] {"cause", cause};
    Log.of(String.valueOf(entry.getLoggerName()))
        .event(severe ? Level.ERROR : Level.WARN, text(entry), fields);
  }

  /** The message with its parameters, which gRPC uses and Netty does not. */
  private static String text(LogRecord entry) {
    if (entry.getParameters() == null) {
      return String.valueOf(entry.getMessage());
    }
    return String.valueOf(new MessageFormatter().formatMessage(entry));
  }

  private static final class MessageFormatter extends Formatter {
    @Override
    public String format(LogRecord entry) {
      return formatMessage(entry);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}

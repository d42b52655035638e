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
 * Passes on to our log what gRPC, Netty and the JDK log by java.util.logging, warnings and errors
 * only. Netty by log4j instead would cost the start some 40 ms of CPU, while gRPC needs this in any
 * case. For any thread. Public for {@link LogManager}, which makes both classes by their names.
 */
public final class JulBridge extends Handler {
  /**
   * Netty looks for the address of its own host when it is loaded, and warns on a machine without
   * network interfaces or loopback. Listening there by a unix socket is normal, and an address that
   * cannot be bound is an error of its own.
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

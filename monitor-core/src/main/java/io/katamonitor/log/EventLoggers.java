package io.katamonitor.log;

import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.message.MessageFactory;
import org.apache.logging.log4j.spi.ExtendedLogger;
import org.apache.logging.log4j.spi.LoggerContext;
import org.apache.logging.log4j.spi.LoggerContextFactory;
import org.jspecify.annotations.Nullable;

/** The one context of the process, with a logger for each name; for any thread. */
final class EventLoggers implements LoggerContext, LoggerContextFactory {
  static final EventLoggers ALL = new EventLoggers();

  private final ConcurrentHashMap<String, EventLogger> byName = new ConcurrentHashMap<>();

  private EventLoggers() {}

  @Override
  public EventLogger getLogger(String name) {
    var known = byName.get(name);
    if (known != null) {
      return known;
    }
    var made = new EventLogger(name);
    var earlier = byName.putIfAbsent(name, made);
    return earlier == null ? made : earlier;
  }

  /** Messages are formatted by log4j's default factory, whichever is asked for. */
  @Override
  public ExtendedLogger getLogger(String name, @Nullable MessageFactory messages) {
    return getLogger(name);
  }

  @Override
  public boolean hasLogger(String name) {
    return byName.containsKey(name);
  }

  @Override
  public boolean hasLogger(String name, @Nullable MessageFactory messages) {
    return hasLogger(name);
  }

  @Override
  public boolean hasLogger(String name, Class<? extends MessageFactory> messages) {
    return hasLogger(name);
  }

  @Override
  public @Nullable Object getExternalContext() {
    return null;
  }

  @Override
  public LoggerContext getContext(
      String caller, @Nullable ClassLoader loader, @Nullable Object external, boolean current) {
    return this;
  }

  @Override
  public LoggerContext getContext(
      String caller,
      @Nullable ClassLoader loader,
      @Nullable Object external,
      boolean current,
      @Nullable URI configuration,
      @Nullable String name) {
    return this;
  }

  @Override
  public void removeContext(LoggerContext context) {}

  @Override
  public boolean isClassLoaderDependent() {
    return false;
  }
}

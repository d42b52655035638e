package io.katamonitor.log;

import org.apache.logging.log4j.spi.LoggerContextFactory;
import org.apache.logging.log4j.spi.NoOpThreadContextMap;
import org.apache.logging.log4j.spi.Provider;
import org.apache.logging.log4j.spi.ThreadContextMap;

/** By which log4j's LogManager finds our loggers. Public for its service loader. */
public final class EventProvider extends Provider {
  public EventProvider() {
    super(null, CURRENT_VERSION);
  }

  @Override
  public LoggerContextFactory getLoggerContextFactory() {
    return EventLoggers.ALL;
  }

  @Override
  public ThreadContextMap getThreadContextMapInstance() {
    return NoOpThreadContextMap.INSTANCE;
  }
}

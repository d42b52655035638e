package io.katamonitor.logging;

import java.net.URI;
import java.util.List;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.selector.ContextSelector;
import org.jspecify.annotations.Nullable;

/**
 * Returns the only context of the process for every class; it is created at the first event, as
 * configured by {@link Logging}. For any thread. Public for log4j, which instantiates it by name.
 */
public final class SingleContextSelector implements ContextSelector {
  private static final class Holder {
    static final LogContext CONTEXT = Logging.newContext();
  }

  static LogContext context() {
    return Holder.CONTEXT;
  }

  @Override
  public LoggerContext getContext(String caller, @Nullable ClassLoader loader, boolean current) {
    return context();
  }

  @Override
  public LoggerContext getContext(
      String caller, @Nullable ClassLoader loader, boolean current, @Nullable URI configuration) {
    return context();
  }

  @Override
  public List<LoggerContext> getLoggerContexts() {
    return List.of(context());
  }

  @Override
  public void removeContext(LoggerContext context) {}

  @Override
  public boolean isClassLoaderDependent() {
    return false;
  }
}

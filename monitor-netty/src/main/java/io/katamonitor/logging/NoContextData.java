package io.katamonitor.logging;

import java.util.List;
import org.apache.logging.log4j.core.ContextDataInjector;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.util.ReadOnlyStringMap;
import org.apache.logging.log4j.util.StringMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds no context data to events: lines have only their fields. log4j's own class would look for
 * providers with a service loader at the first event. Public for log4j, which instantiates it by
 * name.
 */
public final class NoContextData implements ContextDataInjector {
  @Override
  public StringMap injectContextData(
      @Nullable List<Property> properties, @Nullable StringMap reusable) {
    return ContextDataFactory.emptyFrozenContextData();
  }

  @Override
  @SuppressWarnings("deprecation") // Only log4j's own filters call it; it has no default.
  public ReadOnlyStringMap rawContextData() {
    return ContextDataFactory.emptyFrozenContextData();
  }
}

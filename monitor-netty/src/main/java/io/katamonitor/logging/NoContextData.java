package io.katamonitor.logging;

import java.util.List;
import org.apache.logging.log4j.core.ContextDataInjector;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.util.ReadOnlyStringMap;
import org.apache.logging.log4j.util.StringMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds nothing to an event: fields are all that a line has. log4j's own looks for providers of such
 * data by its service loader, at the first event. Public for log4j, which makes it by its name.
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

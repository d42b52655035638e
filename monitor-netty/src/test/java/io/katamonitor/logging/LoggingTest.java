package io.katamonitor.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.log.Level;
import io.katamonitor.log.Log;
import io.katamonitor.log.LogFormat;
import java.util.Collections;
import java.util.Enumeration;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.appender.AsyncAppender;
import org.apache.logging.log4j.core.config.plugins.processor.PluginCache;
import org.apache.logging.log4j.core.config.plugins.processor.PluginEntry;
import org.apache.logging.log4j.core.impl.ContextDataInjectorFactory;
import org.apache.logging.log4j.core.impl.Log4jContextFactory;
import org.junit.jupiter.api.Test;

/** How log4j-core is set up. */
class LoggingTest {
  @Test
  void everyLoggerBelongsToTheOneContextWithOneAppender() {
    Log.of(LoggingTest.class).debug("the set-up is made at the first event");

    var context = LogManager.getContext(false);
    assertThat(context).isSameAs(SingleContextSelector.context());
    assertThat(((Log4jContextFactory) LogManager.getFactory()).isShutdownHookEnabled()).isFalse();
    var appenders =
        SingleContextSelector.context().getConfiguration().getRootLogger().getAppenders();
    assertThat(appenders).containsOnlyKeys("queue");
    assertThat(appenders.get("queue"))
        .isInstanceOfSatisfying(
            AsyncAppender.class,
            queue -> {
              assertThat(queue.isBlocking()).isTrue();
              assertThat(queue.getAppenders()).singleElement().isInstanceOf(LineAppender.class);
            });
  }

  @Test
  void eventHasNoDataOfItsThread() {
    var injector = ContextDataInjectorFactory.createInjector();

    assertThat(injector).isInstanceOf(NoContextData.class);
    assertThat(injector.injectContextData(null, null).isEmpty()).isTrue();
  }

  @Test
  void canOnlyBeConfiguredBeforeTheFirstEvent() {
    Log.of(LoggingTest.class).debug("the set-up is made at the first event");

    assertThatThrownBy(() -> Logging.configure(Level.INFO, LogFormat.JSON))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Written by hand: log4j's annotation processor is not among the compiler's. */
  @Test
  void pluginDescriptorListsOnlyTheLayout() throws Exception {
    var name = "META-INF/org/apache/logging/log4j/core/config/plugins/Log4j2Plugins.dat";
    Enumeration<java.net.URL> all = EventLayout.class.getClassLoader().getResources(name);
    var own =
        Collections.list(all).stream()
            .filter(url -> url.getPath().contains("monitor-netty"))
            .toList();
    var cache = new PluginCache();
    cache.loadCacheFiles(Collections.enumeration(own));

    assertThat(own).hasSize(1);
    assertThat(cache.getAllCategories()).containsOnlyKeys("core");
    assertThat(cache.getCategory("core")).containsOnlyKeys("eventlayout");
    assertThat(cache.getCategory("core").get("eventlayout"))
        .extracting(PluginEntry::getClassName)
        .isEqualTo(EventLayout.class.getName());
  }
}

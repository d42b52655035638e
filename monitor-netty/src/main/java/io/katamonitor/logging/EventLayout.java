package io.katamonitor.logging;

import io.katamonitor.log.Event;
import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.time.Instant;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.Node;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.apache.logging.log4j.core.layout.AbstractLayout;

/**
 * Formats an event as one line of {@code key=value} or JSON: an {@link Event} with its fields and
 * time; an event that a library logs through log4j with its text, and with its exception as the
 * field {@code cause}. Stateless, for any thread.
 */
@Plugin(name = "EventLayout", category = Node.CATEGORY, elementType = "layout")
public final class EventLayout extends AbstractLayout<byte[]> {
  private final LogFormat format;

  private EventLayout(LogFormat format) {
    super(null, null, null);
    this.format = format;
  }

  @PluginFactory
  public static EventLayout of(@PluginAttribute("format") LogFormat format) {
    return new EventLayout(format);
  }

  @Override
  public byte[] toByteArray(LogEvent from) {
    var event = from.getMessage() instanceof Event ours ? ours : foreign(from);
    return line(Level.of(from.getLevel()), from.getLoggerName(), event);
  }

  /** The line of an event that comes from {@code source}. */
  byte[] line(Level level, String source, Event event) {
    return new LogLine(format, event.time(), level, event.text()).fields(source, event).bytes();
  }

  private static Event foreign(LogEvent from) {
    var at = from.getInstant();
    var time = Instant.ofEpochSecond(at.getEpochSecond(), at.getNanoOfSecond());
    var text = from.getMessage().getFormattedMessage();
    var cause = from.getThrown();
    return cause == null ? Event.of(time, text) : Event.of(time, text, "cause", cause);
  }

  @Override
  public byte[] toSerializable(LogEvent event) {
    return toByteArray(event);
  }

  @Override
  public String getContentType() {
    return format == LogFormat.JSON ? "application/json" : "text/plain";
  }
}

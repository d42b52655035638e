package io.katamonitor.logging;

import io.katamonitor.log.Event;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.async.BlockingQueueFactory;
import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A queue of events that is limited by their heap size, not by their number: 8,192 events of 8 KiB
 * would fill the heap of the daemon. AsyncAppender uses its methods {@code offer}, {@code take} and
 * {@code poll}, which are for any thread; an event without a message is AsyncAppender's signal to
 * stop and is always accepted.
 */
final class ByteBoundedQueue extends LinkedBlockingQueue<LogEvent> {
  private static final long serialVersionUID = 1;

  /**
   * Heap bytes of a log4j event whose message is not an {@link Event}; see {@link Event#size()}.
   */
  private static final int FOREIGN_BYTES = 400;

  private final int maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  ByteBoundedQueue(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A factory of queues with this limit, regardless of the requested capacity. */
  static BlockingQueueFactory<LogEvent> factory(int maxBytes) {
    return new BlockingQueueFactory<>() {
      @Override
      public BlockingQueue<LogEvent> create(int capacity) {
        return new ByteBoundedQueue(maxBytes);
      }
    };
  }

  @Override
  public boolean offer(LogEvent event) {
    long size = size(event);
    if (bytes.addAndGet(size) > maxBytes && size > 0) {
      bytes.addAndGet(-size);
      return false;
    }
    return super.offer(event);
  }

  @Override
  public LogEvent take() throws InterruptedException {
    var event = super.take();
    bytes.addAndGet(-size(event));
    return event;
  }

  @Override
  public @Nullable LogEvent poll() {
    var event = super.poll();
    if (event != null) {
      bytes.addAndGet(-size(event));
    }
    return event;
  }

  /** Bytes of heap of the events that wait. */
  long bytes() {
    return bytes.get();
  }

  private static long size(LogEvent event) {
    Message message = event.getMessage();
    if (message == null) {
      return 0;
    }
    return message instanceof Event ours
        ? ours.size()
        : FOREIGN_BYTES + 2L * message.getFormattedMessage().length();
  }
}

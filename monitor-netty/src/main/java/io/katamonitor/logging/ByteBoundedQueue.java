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
 * A queue of events that is bounded by what they take of the heap, not by their number: 8,192 of 8
 * KiB would fill the daemon's. Used by AsyncAppender, by its methods {@code offer}, {@code take}
 * and {@code poll}, which are for any thread; an event without a message is AsyncAppender's order
 * to stop and always finds room.
 */
final class ByteBoundedQueue extends LinkedBlockingQueue<LogEvent> {
  private static final long serialVersionUID = 1;

  /** Of an event of log4j's whose message is not ours: as {@link Event#size()}. */
  private static final int FOREIGN_BYTES = 400;

  private final int maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  ByteBoundedQueue(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A factory whose queues have this limit, whatever capacity is requested. */
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

package io.katamonitor.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Measures for how long a client has not taken a byte of what waits to be written. Each check
 * compares the write queue with the previous check, so that a write costs nothing; a stall counts
 * from the first check that sees it. Confined to the event loop.
 */
final class WriteStallDetector {
  private final Channel channel;
  private long mark;
  private long markedNanos;

  WriteStallDetector(Channel channel) {
    this.channel = channel;
  }

  /** For how long the queue has not changed, in nanoseconds; 0 if it is empty. */
  long stalledNanos(long now) {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    if (queue == null || queue.totalPendingWriteBytes() == 0) {
      mark = 0;
      return 0;
    }
    long current =
        31L * (31L * System.identityHashCode(queue.current()) + queue.currentProgress())
            + queue.totalPendingWriteBytes();
    if (current != mark) {
      mark = current;
      markedNanos = now;
    }
    return now - markedNanos;
  }

  /** Whether something waits to be written. */
  boolean isWriting() {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    return queue != null && queue.totalPendingWriteBytes() > 0;
  }
}

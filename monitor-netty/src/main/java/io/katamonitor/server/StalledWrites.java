package io.katamonitor.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Watches whether a client takes what is written to it. Looks only when asked, so that a write
 * costs nothing.
 */
final class StalledWrites {
  private final Channel channel;
  private long mark;
  private long since;

  StalledWrites(Channel channel) {
    this.channel = channel;
  }

  /** Nanoseconds for which output was waiting and not a byte of it left, as far as was looked. */
  long stalledFor(long now) {
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
      since = now;
    }
    return now - since;
  }
}

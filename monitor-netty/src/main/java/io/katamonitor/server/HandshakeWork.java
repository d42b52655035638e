package io.katamonitor.server;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Computes the costly parts of one connection's TLS handshake on another thread, unless the client
 * has disconnected. Records since when the handshake waits for the client, not for the server.
 *
 * <p>{@link #execute} is called on the event loop, {@link #idleSinceNanos} on any thread.
 */
public final class HandshakeWork implements Executor {
  private static final AttributeKey<HandshakeWork> KEY =
      AttributeKey.valueOf(HandshakeWork.class, "");

  private final Channel channel;
  private final Executor thread;
  private final LongSupplier clock;
  private final AtomicInteger pending = new AtomicInteger();
  private volatile long endedNanos;

  /**
   * @param thread where it is computed
   * @param clock nanoseconds
   */
  public HandshakeWork(Channel channel, Executor thread, LongSupplier clock) {
    this.channel = channel;
    this.thread = thread;
    this.clock = clock;
    this.endedNanos = clock.getAsLong();
    channel.attr(KEY).set(this);
  }

  @Override
  public void execute(Runnable part) {
    pending.incrementAndGet();
    try {
      thread.execute(() -> compute(part));
    } catch (RuntimeException e) {
      pending.decrementAndGet();
      throw e;
    }
  }

  private void compute(Runnable part) {
    try {
      if (channel.isOpen() && !PeerState.hasLeft(channel)) {
        part.run();
      }
    } finally {
      endedNanos = clock.getAsLong();
      pending.decrementAndGet();
    }
  }

  /**
   * Since when nothing is to be computed for a connection.
   *
   * @param now returned while something is being computed
   * @param begin returned if nothing was computed yet
   */
  static long idleSinceNanos(Channel channel, long now, long begin) {
    var work = channel.attr(KEY).get();
    if (work == null) {
      return begin;
    }
    if (work.pending.get() > 0) {
      return now;
    }
    return work.endedNanos - begin < 0 ? begin : work.endedNanos;
  }
}

package io.katamonitor.server;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Computes the costly parts of one connection's TLS handshake on another thread, and tells since
 * when the client, not the server, is the one that is waited for. What would be computed for a
 * client that has left is not.
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
   * @param now what to answer while something is
   * @param begin what to answer where nothing was
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

package io.katamonitor.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The deadlines of a client's head and body, and whether it reads its response. The deadlines do
 * not move when bytes arrive: a client that sends one byte a second does not stay. Confined to the
 * event loop. It has no timer: {@link ConnectionTable#sweep} checks all connections.
 */
final class RequestTimeouts extends ChannelInboundHandlerAdapter {
  private final ServerLimits limits;
  private final LongSupplier clock;
  private final WriteStallDetector writes;
  private boolean onHealthPlace;
  private boolean between;
  private long startedNanos;
  private long allowedNanos;

  RequestTimeouts(ServerLimits limits, LongSupplier clock, WriteStallDetector writes) {
    this.limits = limits;
    this.clock = clock;
    this.writes = writes;
    start(limits.headTime());
  }

  /** The connection is on a health place, or is not any more. */
  void onHealthPlace(boolean value) {
    onHealthPlace = value;
    start(headTime());
  }

  /** The TLS handshake waits for others: that time is not the client's. */
  void handshakeWaits() {
    allowedNanos = Long.MAX_VALUE;
  }

  /** The TLS handshake begins: it and the head have the head's time from now. */
  void handshakeBegins() {
    start(headTime());
  }

  /** Starts the time of a state; between two requests it is the idle time. */
  void enter(ConnectionState state) {
    between = false;
    switch (state) {
      case READING_HEAD -> {
        between = true;
        start(limits.idleTime());
      }
      case READING_BODY -> start(limits.bodyTime());
      case SERVING -> allowedNanos = Long.MAX_VALUE;
      case LINGERING -> start(ServerLimits.LINGER_TIME);
    }
  }

  /** The endpoint's body must be complete in time though its request is served already. */
  void expectBody() {
    start(limits.bodyTime());
  }

  /** The body is complete. */
  void bodyComplete() {
    allowedNanos = Long.MAX_VALUE;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == RequestInput.Event.HEAD_STARTED && between) {
      between = false;
      start(headTime());
    }
    ctx.fireUserEventTriggered(event);
  }

  private Duration headTime() {
    return onHealthPlace ? limits.healthHeadTime() : limits.headTime();
  }

  private void start(Duration allowed) {
    startedNanos = clock.getAsLong();
    allowedNanos = allowed.toNanos();
  }

  /** Whether the connection is to be closed for its slowness. */
  boolean isOver(long now) {
    return now - startedNanos > allowedNanos
        || writes.stalledNanos(now) > limits.stalledWriteTime().toNanos();
  }

  /** Nanoseconds for which a response waits and not a byte of it was taken; 0: none waits. */
  long stalledNanos(long now) {
    return writes.stalledNanos(now);
  }
}

package io.katamonitor.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * Holds what a client has sent until a later handler reads, and then hands the codec a slice of at
 * most {@link ServerLimits#SLICE_BYTES}. Confined to the event loop; the channel does not read by
 * itself.
 *
 * <p>Why slices: the codec decodes all it is given, and 16 KiB hold 900 pipelined requests of some
 * 300 bytes of heap each. With slices a connection holds at most 28 of them decoded, whatever it
 * sends. Netty's {@code FlowControlHandler} after the codec keeps these until they are read.
 *
 * <p>Why it handles the end of input: when the client closes its side, Netty's epoll channel reads
 * everything up to the end, requested or not. {@link Event#CLOSED} is fired at once, {@link
 * Event#EXHAUSTED} when everything that was sent before is read too. Netty's decoder does not see
 * the end: it would drop what it holds. A client that has sent more than {@link
 * ServerLimits#INPUT_BYTES} by then is closed.
 */
final class RequestInput extends ChannelDuplexHandler {
  /** User events for the handlers after the codec. */
  enum Event {
    /** The first bytes of a head go to the codec. */
    HEAD_STARTED,
    /** A head has more bytes than are accepted, and is not complete. */
    HEAD_TOO_LONG,
    /** The client has closed its sending side; what it sent before may still be read. */
    CLOSED,
    /** The client has closed its sending side and everything it sent was read. */
    EXHAUSTED
  }

  private final LongSupplier clock;
  private final ArrayDeque<ByteBuf> received = new ArrayDeque<>();
  private long lastBytesNanos;
  private int receivedBytes;
  private int headBytes;
  private boolean inHead = true;
  private boolean wanted;
  private boolean delivering;
  private boolean discarding;
  private boolean closed;

  RequestInput(LongSupplier clock) {
    this.clock = clock;
    this.lastBytesNanos = clock.getAsLong();
  }

  /** When bytes last came, by the clock; when the connection was opened if none did. */
  long lastBytesNanos() {
    return lastBytesNanos;
  }

  /** The bytes that follow belong to a head. */
  void startHead() {
    inHead = true;
    headBytes = 0;
  }

  /** The bytes that follow belong to a body. */
  void startBody() {
    inHead = false;
  }

  /** From now on whatever the client sends is read and discarded. */
  void discard() {
    discarding = true;
    release();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    lastBytesNanos = clock.getAsLong();
    if (!(message instanceof ByteBuf bytes) || discarding || !bytes.isReadable()) {
      ReferenceCountUtil.release(message);
      return;
    }
    received.add(bytes);
    receivedBytes += bytes.readableBytes();
    deliver(ctx);
    if (receivedBytes > ServerLimits.INPUT_BYTES) {
      release();
      ctx.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // Each slice is completed by deliver().
    if (wanted && !closed && !delivering) {
      ctx.read();
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    wanted = true;
    deliver(ctx);
    if (wanted && !delivering) {
      if (closed) {
        ctx.fireUserEventTriggered(Event.EXHAUSTED);
      } else {
        ctx.read();
      }
    }
  }

  /** Hands over slices while they are wanted; a loop, as each slice may cause the next read. */
  private void deliver(ChannelHandlerContext ctx) {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (wanted && receivedBytes > 0) {
        wanted = false;
        if (inHead) {
          announceHead(ctx);
          if (discarding) {
            return;
          }
        }
        ctx.fireChannelRead(nextSlice());
        ctx.fireChannelReadComplete();
      }
    } finally {
      delivering = false;
    }
  }

  private void announceHead(ChannelHandlerContext ctx) {
    if (headBytes == 0) {
      ctx.fireUserEventTriggered(Event.HEAD_STARTED);
    } else if (headBytes > ServerLimits.HEAD_BYTES) {
      ctx.fireUserEventTriggered(Event.HEAD_TOO_LONG);
    }
    headBytes += Math.min(receivedBytes, ServerLimits.SLICE_BYTES);
  }

  private ByteBuf nextSlice() {
    var first = received.getFirst();
    ByteBuf slice;
    if (first.readableBytes() <= ServerLimits.SLICE_BYTES) {
      slice = received.removeFirst();
    } else {
      slice = first.readRetainedSlice(ServerLimits.SLICE_BYTES);
    }
    receivedBytes -= slice.readableBytes();
    return slice;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      closed = true;
      ctx.fireUserEventTriggered(Event.CLOSED);
      if (wanted && receivedBytes == 0) {
        ctx.fireUserEventTriggered(Event.EXHAUSTED);
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    release();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    release();
    ctx.fireChannelInactive();
  }

  private void release() {
    for (var bytes = received.poll(); bytes != null; bytes = received.poll()) {
      bytes.release();
    }
    receivedBytes = 0;
  }
}

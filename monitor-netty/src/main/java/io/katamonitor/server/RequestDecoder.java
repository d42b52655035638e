package io.katamonitor.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.List;

/**
 * Netty's request decoder, set strictly (RFC 9112: no bare line feed, no length beside chunks, one
 * length) and stoppable: while it is paused nothing is decoded, so that a connection has one
 * request at a time however many a client sends ahead. What was read already stays here, and
 * reading stops with the first bytes that come while paused; the end of input is noticed
 * nevertheless.
 */
final class RequestDecoder extends HttpRequestDecoder {
  private final Runnable onBytes;
  private boolean paused;
  private boolean reading;
  private int headBytes;

  /**
   * @param onBytes called when bytes came that were not asked to wait
   */
  RequestDecoder(Runnable onBytes) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(ServerLimits.HEAD_BYTES)
            .setMaxHeaderSize(ServerLimits.HEAD_BYTES)
            .setMaxChunkSize(ServerLimits.READ_BYTES)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true)
            .setAllowDuplicateContentLengths(false));
    this.onBytes = onBytes;
  }

  void pause() {
    paused = true;
  }

  /** Goes on with what is buffered, and with reading. */
  void resume(ChannelHandlerContext ctx) throws Exception {
    paused = false;
    if (reading) {
      return; // The loop that is decoding right now goes on by itself.
    }
    channelRead(ctx, Unpooled.EMPTY_BUFFER);
    if (!paused && !ctx.channel().config().isAutoRead()) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  boolean isPaused() {
    return paused;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
    boolean wasPaused = paused;
    reading = true;
    try {
      super.channelRead(ctx, input);
    } finally {
      reading = false;
    }
    if (wasPaused) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (paused) {
      return;
    }
    onBytes.run();
    int before = buffer.readableBytes();
    super.decode(ctx, buffer, out);
    headBytes += before - buffer.readableBytes();
    if (out.isEmpty()) {
      if (headBytes > ServerLimits.HEAD_BYTES) {
        out.add(refused(createInvalidMessage())); // Line ends without end, which are skipped.
      }
      return;
    }
    if (out.getFirst() instanceof HttpRequest head
        && head.decoderResult().isSuccess()
        && headBytes > ServerLimits.HEAD_BYTES) {
      refused(head);
    }
    headBytes = 0;
  }

  private static HttpMessage refused(HttpMessage head) {
    head.setDecoderResult(
        DecoderResult.failure(new TooLongHttpHeaderException("request line and fields")));
    return head;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (paused) {
      ctx.fireChannelReadComplete(); // The superclass would read on.
    } else {
      super.channelReadComplete(ctx);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent
        || event instanceof ChannelInputShutdownReadComplete) {
      ctx.fireUserEventTriggered(event); // The superclass would drop what is buffered.
    } else {
      super.userEventTriggered(ctx, event);
    }
  }
}

package io.katamonitor.sim;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;

/**
 * Resets a connection after some bytes of the response. A unix socket that is closed while bytes of
 * the request lie unread in it makes its peer read what was sent and then ECONNRESET: so this reads
 * four bytes of the request and no more.
 */
final class ResetHandler extends SimpleChannelInboundHandler<ByteBuf> {
  private final SimulatedSandbox shim;
  private final int afterBytes;

  ResetHandler(SimulatedSandbox shim, int afterBytes) {
    this.shim = shim;
    this.afterBytes = afterBytes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel()
        .config()
        .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(4).maxMessagesPerRead(1));
    ctx.channel().config().setAutoRead(false);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.read();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf request) {
    shim.countRequest("/metrics");
    var response = shim.framedMetrics(false);
    var part = response.readRetainedSlice(Math.min(afterBytes, response.readableBytes()));
    response.release();
    ctx.writeAndFlush(part).addListener(ChannelFutureListener.CLOSE);
  }
}

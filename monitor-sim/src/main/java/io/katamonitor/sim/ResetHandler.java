package io.katamonitor.sim;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;

/**
 * Resets a connection after some bytes of the response. If a unix socket is closed with unread
 * bytes of the request, its peer reads what was sent and then gets ECONNRESET: so this handler
 * reads only four bytes of the request.
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

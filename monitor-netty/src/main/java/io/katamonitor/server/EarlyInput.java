package io.katamonitor.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.flow.FlowControlHandler;

/**
 * Keeps what a client sends before its pipeline is complete. Closes a connection that fails before
 * that, as no other handler is there yet. Confined to the event loop.
 */
final class EarlyInput extends FlowControlHandler {
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ctx.pipeline().last() == this) {
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }
}

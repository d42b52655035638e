package io.katamonitor.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands in the place of the TLS handler until the first byte of a client is there. A letter starts
 * an HTTP request: then there is no TLS, and the client gets a 400 in plain HTTP. Everything else
 * is left to the TLS handler, which takes the place.
 */
final class TlsDetector extends ChannelInboundHandlerAdapter {
  private final ChannelHandler tls;
  private final Runnable whenPlain;

  /**
   * @param whenPlain called before the first bytes of plain HTTP are passed on
   */
  TlsDetector(ChannelHandler tls, Runnable whenPlain) {
    this.tls = tls;
    this.whenPlain = whenPlain;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
      ctx.fireChannelRead(message);
      return;
    }
    if (isLetter(bytes.getByte(bytes.readerIndex()))) {
      whenPlain.run();
      ctx.fireChannelRead(message);
      ctx.pipeline().remove(this);
    } else {
      // After this the old context leads to the new handler.
      ctx.pipeline().replace(this, ctx.name(), tls);
      ctx.fireChannelRead(message);
    }
  }

  private static boolean isLetter(byte first) {
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  }
}

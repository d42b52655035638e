package io.katamonitor.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * First handler of the pipeline until the client's first byte has arrived. If it is a letter, it
 * starts a plain HTTP request, and the client gets a 400 in plain HTTP. Otherwise the TLS handler
 * replaces this one when the handshake may start; until then no more is read. Confined to the event
 * loop.
 */
final class TlsDetector extends ChannelDuplexHandler {
  private final ChannelHandler tls;
  private final Consumer<Runnable> whenTls;
  private final Runnable whenPlain;

  /** The first bytes of a handshake that waits for its start. */
  private @Nullable ByteBuf first;

  /**
   * @param whenTls runs what it is given when the handshake may start
   * @param whenPlain called before the first bytes of plain HTTP are passed on
   */
  TlsDetector(ChannelHandler tls, Consumer<Runnable> whenTls, Runnable whenPlain) {
    this.tls = tls;
    this.whenTls = whenTls;
    this.whenPlain = whenPlain;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
      ctx.fireChannelRead(message);
    } else if (isLetter(bytes.getByte(bytes.readerIndex()))) {
      whenPlain.run();
      ctx.fireChannelRead(message);
      ctx.pipeline().remove(this);
    } else {
      first = bytes;
      whenTls.accept(() -> startTls(ctx));
    }
  }

  private void startTls(ChannelHandlerContext ctx) {
    var bytes = first;
    if (bytes != null) {
      first = null;
      // After this the old context leads to the new handler.
      ctx.pipeline().replace(this, ctx.name(), tls);
      ctx.fireChannelRead(bytes);
      ctx.fireChannelReadComplete();
    }
  }

  /** Of a handshake that waits; {@link #startTls} makes up for it. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (first == null) {
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (first == null) {
      ctx.read();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (first != null) {
      first.release();
      first = null;
    }
  }

  private static boolean isLetter(byte first) {
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  }
}

package io.katamonitor;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Notifies systemd of the daemon's state (sd_notify(3)): one datagram for each state to the socket
 * in the environment variable {@code NOTIFY_SOCKET}. If it is not set, or no process reads from the
 * socket, nothing is sent; neither is an error.
 */
final class SystemdNotify {
  private final EventLoop loop;
  private final @Nullable DomainSocketAddress socket;

  /**
   * @param socket a path, or {@code @} and a name in the abstract namespace; null for none
   */
  SystemdNotify(EventLoop loop, @Nullable String socket) {
    this.loop = loop;
    this.socket = socket == null ? null : new DomainSocketAddress(path(socket));
  }

  private static String path(String socket) {
    return socket.startsWith("@") ? '\0' + socket.substring(1) : socket;
  }

  /** Every listener is open. */
  void ready() {
    send("READY=1");
  }

  /** The stop has begun. */
  void stopping() {
    send("STOPPING=1");
  }

  private void send(String state) {
    if (socket == null) {
      return;
    }
    new Bootstrap()
        .group(loop)
        .channel(EpollDomainDatagramChannel.class)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(socket)
        .addListener((ChannelFuture connected) -> {
          if (connected.isSuccess()) {
            var channel = connected.channel();
            channel
                .writeAndFlush(ByteBufUtil.writeUtf8(channel.alloc(), state))
                .addListener(ChannelFutureListener.CLOSE);
          }
        });
  }
}

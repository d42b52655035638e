package io.katamonitor.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;

/** State of a connection's other end, as the kernel has it, before the loop has read its events. */
final class PeerState {
  /** {@code TCP_CLOSE} of linux/tcp.h: reset. */
  private static final int CLOSE = 7;

  /** {@code TCP_CLOSE_WAIT}: the peer has closed its sending side. */
  private static final int CLOSE_WAIT = 8;

  private PeerState() {}

  /**
   * Whether the client has closed its sending side, or all of the connection: it cannot finish a
   * TLS handshake any more. A getsockopt(2) of TCP_INFO, about 2 us; from any thread. A descriptor
   * that is closed meanwhile counts as disconnected.
   */
  static boolean hasLeft(Channel channel) {
    if (!(channel instanceof EpollSocketChannel tcp)) {
      return false; // A unix socket: its events report it.
    }
    try {
      int state = tcp.tcpInfo().state();
      return state == CLOSE_WAIT || state == CLOSE;
    } catch (ChannelException e) {
      return true;
    }
  }
}

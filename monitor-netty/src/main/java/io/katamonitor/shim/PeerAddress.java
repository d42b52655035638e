package io.katamonitor.shim;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.Socket;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a connection has reached the intended shim, before a byte is written: the address
 * to which the peer is bound must end in {@code /ID/shim-monitor.sock} of that sandbox. If the
 * socket or its directory was replaced by a link, the peer is bound to another address; so there is
 * no race between checking the path and connecting. One getpeername(2) per connection. Stateless.
 */
final class PeerAddress {
  private PeerAddress() {}

  /**
   * Why the peer is not the intended one; null if it is.
   *
   * @param channel connected
   * @param socket the path that was connected to, {@code .../ID/shim-monitor.sock}
   */
  static @Nullable String mismatch(EpollDomainSocketChannel channel, Path socket) {
    var peer = ((Socket) channel.fd()).remoteDomainSocketAddress();
    return mismatch(peer == null ? "" : peer.path(), socket);
  }

  static @Nullable String mismatch(String bound, Path socket) {
    int names = socket.getNameCount();
    var expected = "/" + socket.subpath(Math.max(0, names - 2), names);
    return bound.endsWith(expected)
        ? null
        : "its socket leads elsewhere, to the address \""
            + bound
            + "\"; expected one that ends in "
            + expected;
  }
}

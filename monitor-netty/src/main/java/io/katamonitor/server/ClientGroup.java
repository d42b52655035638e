package io.katamonitor.server;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Clients that share a turn when passwords are checked or TLS handshakes computed: those of one
 * IPv4 address, of one IPv6 network of 64 bits (a host can take any address in it, RFC 4291), or of
 * all unix sockets.
 *
 * @param family 4 or 6; 0 for unix sockets
 * @param prefix the address or the network
 */
public record ClientGroup(int family, long prefix) {
  private static final ClientGroup LOCAL = new ClientGroup(0, 0);

  /** The group of an address; null is one that is not known. */
  public static ClientGroup of(@Nullable SocketAddress client) {
    if (!(client instanceof InetSocketAddress inet) || inet.isUnresolved()) {
      return LOCAL;
    }
    var address = inet.getAddress();
    var bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? new ClientGroup(4, bytes.getInt())
        : new ClientGroup(6, bytes.getLong());
  }
}

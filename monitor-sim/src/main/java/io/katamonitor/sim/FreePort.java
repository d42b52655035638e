package io.katamonitor.sim;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds TCP ports of the loopback interface for programs that need a port number to listen on.
 *
 * <p>They are below those that Linux gives to clients ({@code net.ipv4.ip_local_port_range}, 32768
 * to 60999): a port of that range may be taken by a connection before the program listens.
 */
public final class FreePort {
  private static final int FIRST = 10_000;
  private static final int COUNT = 20_000;

  private FreePort() {}

  /** A port that is not in use now. May be called on any thread. */
  public static int find() throws IOException {
    int start = ThreadLocalRandom.current().nextInt(COUNT);
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + (start + i) % COUNT;
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        // The next one may be free.
      }
    }
    throw new IOException("no port of " + FIRST + " to " + (FIRST + COUNT - 1) + " is free");
  }
}

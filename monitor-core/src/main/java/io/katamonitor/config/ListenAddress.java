package io.katamonitor.config;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An address that the server listens on. {@code toString} returns it as the command line spells it.
 */
public sealed interface ListenAddress {
  /** The longest path a unix socket can have: {@code sun_path} less its final NUL. */
  int LONGEST_SOCKET_PATH = 107;

  /**
   * A TCP port.
   *
   * @param host an address or a name, without brackets; empty for every interface
   * @param port 0 to let the kernel choose one
   */
  record Tcp(String host, int port) implements ListenAddress {
    public Tcp {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("expected a port from 0 to 65535");
      }
      for (int i = 0; i < host.length(); i++) {
        char c = host.charAt(i);
        if (!Character.isLetterOrDigit(c) && ".-_:%".indexOf(c) < 0) {
          throw new IllegalArgumentException(
              "expected an IP address or a host name before the port");
        }
      }
    }

    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** A unix socket. */
  record Unix(String path) implements ListenAddress {
    public Unix {
      if (path.isEmpty()) {
        throw new IllegalArgumentException("expected a path after unix:");
      }
      if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
        throw new IllegalArgumentException(
            "expected a path of at most " + LONGEST_SOCKET_PATH + " bytes after unix:");
      }
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** {@code HOST:PORT}, {@code :PORT}, {@code [V6]:PORT} or {@code unix:PATH}. */
  static ListenAddress parse(String text) {
    var path = unixPath(text);
    return path != null ? new Unix(path) : tcp(text);
  }

  /** The path in {@code unix:PATH} or {@code unix://PATH}, null where {@code text} is neither. */
  static @Nullable String unixPath(String text) {
    if (!text.startsWith("unix:")) {
      return null;
    }
    return text.startsWith("unix://") ? text.substring("unix://".length()) : text.substring(5);
  }

  private static Tcp tcp(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    int port = colon < 0 ? -1 : number(text.substring(colon + 1));
    if (port < 0 || bracketed != host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("expected IP:PORT, :PORT, [IPv6]:PORT or unix:PATH");
    }
    return new Tcp(host, port);
  }

  private static int number(String digits) {
    try {
      return digits.startsWith("+") ? -1 : Integer.parseInt(digits);
    } catch (NumberFormatException _) {
      return -1;
    }
  }
}

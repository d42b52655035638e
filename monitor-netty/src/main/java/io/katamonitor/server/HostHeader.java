package io.katamonitor.server;

/**
 * The Host header field (RFC 9110 section 7.2, RFC 3986 section 3.2): a name, an IPv4 address or an
 * IPv6 address in brackets, with an optional port. An empty one is legal.
 */
final class HostHeader {
  private static final String NAME_MARKS = "-._~!$&'()*+,;=";
  private static final int MAX_PORT = 65_535;

  private HostHeader() {}

  static boolean isValid(String host) {
    int end = host.startsWith("[") ? addressEnd(host) : nameEnd(host);
    return host.isEmpty() || (end > 0 && (end == host.length() || isPort(host, end)));
  }

  /** The index after the bracket; -1 where there is no address in brackets. */
  private static int addressEnd(String host) {
    for (int i = 1; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == ']') {
        return i > 2 ? i + 1 : -1;
      }
      if (!isHex(c) && c != ':' && c != '.') {
        return -1;
      }
    }
    return -1;
  }

  /** The index of the colon, or the length; -1 where a character is not part of a name. */
  private static int nameEnd(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == ':') {
        return i;
      }
      if (c == '%') {
        if (i + 2 >= host.length() || !isHex(host.charAt(i + 1)) || !isHex(host.charAt(i + 2))) {
          return -1;
        }
      } else if (!isLetterOrDigit(c) && NAME_MARKS.indexOf(c) < 0) {
        return -1;
      }
    }
    return host.length();
  }

  /** Whether a colon and a port, which may be empty, are all that follows. */
  private static boolean isPort(String host, int from) {
    if (host.charAt(from) != ':' || host.length() - from > 6) {
      return false;
    }
    int port = 0;
    for (int i = from + 1; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
      port = port * 10 + (c - '0');
    }
    return port <= MAX_PORT;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isHex(char c) {
    return c <= 0x7F && Character.digit(c, 16) >= 0;
  }
}

package io.katamonitor.top;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Address of a monitor.
 *
 * @param text as given by the user
 * @param isTls whether the scheme is https
 * @param socket path of a unix socket; null for TCP
 * @param host name or address without brackets; {@code localhost} for a unix socket
 * @param port 0 for a unix socket
 * @param target of the request: the URL's path, and below it {@code /sandboxes}
 */
record MonitorUrl(
    String text, boolean isTls, @Nullable String socket, String host, int port, String target) {
  private static final String SANDBOXES = "/sandboxes";
  private static final String EXPECTED =
      ": expected http://HOST:PORT, https://HOST:PORT or unix:PATH";

  /**
   * Parses {@code http://HOST[:PORT][/PREFIX]}, {@code https://...} or {@code unix:PATH}.
   *
   * @throws BadOptionException whose message states what was expected
   */
  static MonitorUrl parse(String text) throws BadOptionException {
    if (text.startsWith("unix:")) {
      String path = text.substring(text.startsWith("unix:///") ? 7 : 5);
      if (path.isEmpty()) {
        throw new BadOptionException("--url", text, EXPECTED);
      }
      return new MonitorUrl(text, false, path, "localhost", 0, SANDBOXES);
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new BadOptionException("--url", text, EXPECTED);
    }
    boolean isTls = "https".equalsIgnoreCase(uri.getScheme());
    if (uri.getHost() == null || (!isTls && !"http".equalsIgnoreCase(uri.getScheme()))) {
      throw new BadOptionException("--url", text, EXPECTED);
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new BadOptionException("--url", text, EXPECTED + ", without a query");
    }
    if (uri.getRawUserInfo() != null) {
      throw new BadOptionException("--url", text, ": expected the user in --user");
    }
    String host = uri.getHost();
    String path = uri.getRawPath();
    return new MonitorUrl(
        text,
        isTls,
        null,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        uri.getPort() >= 0 ? uri.getPort() : isTls ? 443 : 80,
        (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) + SANDBOXES);
  }

  /** The value of the header Host. */
  String hostHeader() {
    if (socket != null) {
      return host;
    }
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

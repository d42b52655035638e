package io.katamonitor;

import io.katamonitor.config.Configuration;
import io.katamonitor.log.Log;
import io.katamonitor.server.ServerLimits;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The limit of open files ({@code nofile}), and the maximum number that this process opens. With a
 * lower limit it works, but clients have to wait and scrapes omit sandboxes; this is logged once,
 * at the start. The JVM has raised the soft limit to the hard one by then.
 */
final class DescriptorLimit {
  private static final Log LOG = Log.of(DescriptorLimit.class);

  /** Clients of the health endpoints, beyond the server's connections. */
  private static final int HEALTH_CONNECTIONS = 8;

  /** Proxied requests, each with a connection to a shim in addition to its client's. */
  private static final int PROXIED_REQUESTS = 16;

  /**
   * Files of the process itself: jar, libraries, standard streams, epoll, inotify, the runtime's
   * socket, files of /proc and cgroups while they are read. Idle, the packaged daemon has 16 open,
   * and 60 if each library is a separate jar.
   */
  private static final int OWN = 64;

  private static final String LIMITS = "/proc/self/limits";
  private static final int MAX_LIMITS_BYTES = 8192;

  private DescriptorLimit() {}

  /** The one place where the number is computed. */
  static int needed(Configuration configuration) {
    // A request whose client has disconnected stays open until the shim has responded, without a
    // slot.
    int shims = 2 * configuration.maxConcurrentShims();
    return ServerLimits.DEFAULT.connections()
        + HEALTH_CONNECTIONS
        + PROXIED_REQUESTS
        + shims
        + configuration.listenAddresses().size()
        + OWN;
  }

  /** Logs one warning if the limit is lower than the number needed. */
  static void warnIfTooLow(Configuration configuration) {
    long limit = soft(read());
    int needed = needed(configuration);
    if (limit < needed) {
      LOG.warn(
          "the limit of open files (nofile) is too low: connections will wait and sandboxes will be"
              + " left out of scrapes",
          "limit",
          limit,
          "needed",
          needed);
    }
  }

  /** The soft limit in the text of /proc/self/limits; {@code Long.MAX_VALUE} if it has none. */
  static long soft(String limits) {
    String name = "\nMax open files";
    int at = limits.indexOf(name);
    if (at < 0) {
      return Long.MAX_VALUE;
    }
    long limit = 0;
    boolean isNumber = false;
    for (int i = at + name.length(); i < limits.length(); i++) {
      char c = limits.charAt(i);
      if (c >= '0' && c <= '9') {
        limit = 10 * limit + c - '0';
        isNumber = true;
      } else if (isNumber || c != ' ') {
        break;
      }
    }
    return isNumber ? limit : Long.MAX_VALUE;
  }

  private static String read() {
    try (var file = new FileInputStream(LIMITS)) {
      return new String(file.readNBytes(MAX_LIMITS_BYTES), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return ""; // Not mounted, or partly: the limit is unknown.
    }
  }
}

package io.katamonitor;

import io.katamonitor.config.Configuration;
import io.katamonitor.log.Log;
import io.katamonitor.server.ServerLimits;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The limit of open files ({@code nofile}), and the number that this process opens at most. With
 * less it serves, but clients wait and sandboxes are left out of a scrape; it is logged once, at
 * the start. The virtual machine has raised the soft limit to the hard one by then.
 */
final class DescriptorLimit {
  private static final Log LOG = Log.of(DescriptorLimit.class);

  /** Clients of the health endpoints, beyond the server's connections. */
  private static final int HEALTH_CONNECTIONS = 8;

  /** Proxied requests, each with a connection to a shim beside its client's. */
  private static final int PROXIED_REQUESTS = 16;

  /**
   * Of the process itself: jar, libraries, standard streams, epoll, inotify, the runtime's socket,
   * files of /proc and cgroups while they are read. Idle and packaged it has 16, and 60 where each
   * library is a jar of its own.
   */
  private static final int OWN = 64;

  private static final String LIMITS = "/proc/self/limits";
  private static final int MAX_LIMITS_BYTES = 8192;

  private DescriptorLimit() {}

  /** The one place where the number is computed. */
  static int needed(Configuration configuration) {
    // A request whose client has left stays open until the shim has responded, and takes no slot.
    int shims = 2 * configuration.maxConcurrentShims();
    return ServerLimits.DEFAULT.connections()
        + HEALTH_CONNECTIONS
        + PROXIED_REQUESTS
        + shims
        + configuration.listenAddresses().size()
        + OWN;
  }

  /** Logs one warning if the limit is lower than what is needed. */
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

  /** The soft limit in what /proc/self/limits says; the largest number where it says none. */
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
      return ""; // Not mounted, or in part: the limit is not known.
    }
  }
}

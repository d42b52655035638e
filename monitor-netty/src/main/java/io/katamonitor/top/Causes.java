package io.katamonitor.top;

import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Says in a few words why input or output failed. */
final class Causes {
  private Causes() {}

  static String describe(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    // The second is what Netty makes of a unix socket that is not there.
    if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return "no such file";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof UnknownHostException) {
      return "the host's name is unknown";
    }
    String message = cause.getMessage();
    if (message == null || message.isEmpty()) {
      return cause.getClass().getSimpleName();
    }
    return systemError(message);
  }

  /** Netty's messages name the system call and put the system's own words at the end. */
  private static String systemError(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    for (var known :
        new String[] {
          "connection refused",
          "permission denied",
          "connection timed out",
          "connection reset",
          "no route to host",
          "network is unreachable"
        }) {
      if (lower.contains(known)) {
        return known;
      }
    }
    return message;
  }
}

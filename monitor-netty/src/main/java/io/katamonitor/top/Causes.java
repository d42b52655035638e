package io.katamonitor.top;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Describes briefly why input or output failed. */
final class Causes {
  private Causes() {}

  static String describe(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    // The second is what Netty throws for a unix socket that does not exist.
    if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return "no such file";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof UnknownHostException) {
      return "the host's name is unknown";
    }
    if (cause instanceof NotSslRecordException) {
      return "its port does not speak TLS: use a URL with http"; // Netty's text is the response
    }
    String message = cause.getMessage();
    if (message == null || message.isEmpty()) {
      return cause.getClass().getSimpleName();
    }
    return systemError(message);
  }

  /** Netty's messages start with the system call and end with the system's description. */
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

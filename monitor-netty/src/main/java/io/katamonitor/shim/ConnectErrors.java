package io.katamonitor.shim;

import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Classifies errors of socket(2) and connect(2). Netty has the error's number only in the
 * exception's message, as {@code error(-N)}; some of its exception classes hide it.
 */
final class ConnectErrors {
  private static final int EPERM = 1;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;

  private static final String MARK = "error(-";
  private static final String MARK_END = "): ";

  /** Netty appends the address. */
  private static final String PATH = ": /";

  private ConnectErrors() {}

  /**
   * Loads the classes that classification needs. Without a free file descriptor a class may fail to
   * load, and then stays unusable.
   */
  static void load() {
    classify(new ChannelException(Errors.newIOException("rehearsal", -EMFILE)));
  }

  static ConnectFailure classify(@Nullable Throwable error) {
    return switch (errno(error)) {
      case EAGAIN -> ConnectFailure.BACKLOG_FULL;
      case EMFILE, ENFILE -> ConnectFailure.NO_DESCRIPTORS;
      case EACCES, EPERM -> ConnectFailure.DENIED;
      default -> ConnectFailure.REFUSED;
    };
  }

  /** The kernel's description alone, without system call, number and socket path. */
  static String reason(Throwable error) {
    var message = error.getMessage();
    if (message == null) {
      return error instanceof FileNotFoundException
          ? "No such file or directory"
          : error.toString();
    }
    int start = message.indexOf(MARK);
    int end = start < 0 ? -1 : message.indexOf(MARK_END, start);
    if (end < 0) {
      return message;
    }
    int path = message.indexOf(PATH, end + MARK_END.length());
    return message.substring(end + MARK_END.length(), path < 0 ? message.length() : path);
  }

  /** The error's number, of the exception or one of its causes; 0 if there is none. */
  private static int errno(@Nullable Throwable error) {
    for (var at = error; at != null; at = at.getCause()) {
      var message = at.getMessage();
      int start = message == null ? -1 : message.indexOf(MARK);
      if (message != null && start >= 0) {
        int number = 0;
        for (int i = start + MARK.length(); i < message.length(); i++) {
          int digit = message.charAt(i) - '0';
          if (digit < 0 || digit > 9) {
            break;
          }
          number = number * 10 + digit;
        }
        return number;
      }
    }
    return 0;
  }
}

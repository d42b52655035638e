package io.katamonitor.cri;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Why a call to the runtime failed, as described by the layer that detected it. */
final class CallFailure {
  /** Netty's native transport: {@code connect(..) failed with error(-111): Connection refused}. */
  private static final String SYSTEM_CALL = " failed with error(";

  private static final String ERROR_END = "): ";

  private CallFailure() {}

  /**
   * The innermost cause, for a failed system call the kernel's words alone: {@code Connection
   * refused}. gRPC says {@code UNAVAILABLE: io exception} there. Without a cause, gRPC's or the
   * runtime's code and description.
   */
  static String reason(Status status) {
    var cause = innermost(status.getCause());
    var message = cause == null ? null : cause.getMessage();
    if (message != null && !message.isEmpty()) {
      return withoutSystemCall(message);
    }
    var description = status.getDescription();
    return description == null
        ? status.getCode().name()
        : status.getCode().name() + ": " + description;
  }

  private static @Nullable Throwable innermost(@Nullable Throwable failure) {
    var innermost = failure;
    // A chain of causes may be a ring.
    for (int depth = 0; innermost != null && innermost.getCause() != null && depth < 20; depth++) {
      innermost = innermost.getCause();
    }
    return innermost;
  }

  private static String withoutSystemCall(String message) {
    int call = message.indexOf(SYSTEM_CALL);
    int end = call < 0 ? -1 : message.indexOf(ERROR_END, call);
    return end < 0 ? message : message.substring(end + ERROR_END.length());
  }
}

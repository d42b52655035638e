package io.katamonitor.encode;

/** A response cannot be completed; the caller closes its connection. */
public final class EncodingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EncodingException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.katamonitor.encode;

/** A response cannot be completed; its connection is to be closed. */
public final class EncodingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EncodingException(String message, Throwable cause) {
    super(message, cause);
  }
}

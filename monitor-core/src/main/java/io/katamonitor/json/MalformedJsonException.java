package io.katamonitor.json;

/** A document that is not the JSON expected: the message says what is wrong, and at which byte. */
public final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedJsonException(String problem, int offset) {
    super(problem + " at byte " + offset);
  }
}

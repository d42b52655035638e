package io.katamonitor.memory;

/** A limit on memory is reached. The message names it, for the log. */
public final class MemoryExhaustedException extends Exception {
  private static final long serialVersionUID = 1L;

  public MemoryExhaustedException(String message) {
    super(message, null, false, false);
  }
}

package io.katamonitor.exposition;

/** The memory set aside for scrapes is used up. */
public final class MemoryExhaustedException extends Exception {
  private static final long serialVersionUID = 1L;

  MemoryExhaustedException(String message) {
    super(message, null, false, false);
  }
}

package io.katamonitor.server;

/**
 * The account to which the memory of client connections is charged before it is taken. Called on
 * the event loop; must not block.
 */
public interface ConnectionMemory {
  /** Charges bytes; false, with nothing charged, where there is no room for them. */
  boolean tryReserve(long bytes);

  /** Gives back what was charged. */
  void release(long bytes);
}

package io.katamonitor.server;

import io.katamonitor.memory.MemoryAccount;

/**
 * The account to which the memory of client connections is charged before it is allocated. Called
 * on the event loop; must not block.
 */
public interface ConnectionMemory {
  /** Charges bytes; false, with nothing charged, if there is no room for them. */
  boolean tryCharge(long bytes);

  /** Releases what was charged. */
  void release(long bytes);

  /** An account of the memory budget. */
  static ConnectionMemory of(MemoryAccount account) {
    return new ConnectionMemory() {
      @Override
      public boolean tryCharge(long bytes) {
        return account.tryCharge(bytes);
      }

      @Override
      public void release(long bytes) {
        account.release(bytes);
      }
    };
  }
}

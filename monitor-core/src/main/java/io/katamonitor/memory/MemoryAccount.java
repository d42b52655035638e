package io.katamonitor.memory;

/**
 * A named limit on memory that clients, guests or runtimes can make grow. Bytes are charged before
 * they are allocated and released when they are dropped. Confined to one thread.
 */
public final class MemoryAccount {
  private final String name;
  private final long maxBytes;
  private long usedBytes;

  /**
   * @param name lower case, as in the {@code account} label of the own series
   */
  public MemoryAccount(String name, long maxBytes) {
    this.name = name;
    this.maxBytes = maxBytes;
  }

  /** Charges the bytes if they fit. */
  public boolean tryCharge(long bytes) {
    if (usedBytes + bytes > maxBytes) {
      return false;
    }
    usedBytes += bytes;
    return true;
  }

  /**
   * Charges the bytes.
   *
   * @throws MemoryExhaustedException if they do not fit; nothing is charged then
   */
  public void charge(long bytes) throws MemoryExhaustedException {
    if (!tryCharge(bytes)) {
      throw new MemoryExhaustedException(
          "the " + maxBytes + " bytes of heap for " + name + " are in use");
    }
  }

  /** Releases bytes that were charged. */
  public void release(long bytes) {
    assert bytes <= usedBytes : name + ": released more than was charged";
    usedBytes -= bytes;
  }

  public String name() {
    return name;
  }

  public long usedBytes() {
    return usedBytes;
  }

  public long maxBytes() {
    return maxBytes;
  }
}

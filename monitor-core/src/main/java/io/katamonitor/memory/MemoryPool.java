package io.katamonitor.memory;

/**
 * A limit that several {@link MemoryAccount}s share: the heap, or memory off the heap. Written on
 * one thread; {@link #usedBytes} may be read on any.
 */
public final class MemoryPool {
  private final String name;
  private final long maxBytes;
  private volatile long usedBytes;

  /**
   * @param name what the pool is, for error messages
   */
  public MemoryPool(String name, long maxBytes) {
    this.name = name;
    this.maxBytes = maxBytes;
  }

  boolean tryCharge(long bytes) {
    if (usedBytes + bytes > maxBytes) {
      return false;
    }
    set(usedBytes + bytes);
    return true;
  }

  void release(long bytes) {
    set(usedBytes - bytes);
  }

  /** One thread writes, so reading and writing need not be one step. */
  private void set(long bytes) {
    usedBytes = bytes;
  }

  public String name() {
    return name;
  }

  public long maxBytes() {
    return maxBytes;
  }

  public long usedBytes() {
    return usedBytes;
  }

  /** Bytes that can still be charged. */
  public long freeBytes() {
    return maxBytes - usedBytes;
  }
}

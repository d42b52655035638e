package io.katamonitor.memory;

/**
 * A named limit on memory that clients, guests or runtimes can make grow, within the limit of its
 * {@link MemoryPool}. Bytes are charged before they are allocated and released when they are
 * dropped. Confined to one thread, but for {@link #usedBytes}, which may be read on any.
 */
public final class MemoryAccount {
  private static final int PARTS = 64;

  private final String name;
  private final MemoryPool pool;
  private final long maxBytes;
  private volatile long usedBytes;

  /**
   * @param name lower case, as in the {@code account} label of the own series
   */
  public MemoryAccount(String name, MemoryPool pool, long maxBytes) {
    this.name = name;
    this.pool = pool;
    this.maxBytes = maxBytes;
  }

  /** An account with a pool of its own. */
  public MemoryAccount(String name, long maxBytes) {
    this(name, new MemoryPool("memory", maxBytes), maxBytes);
  }

  /** Charges the bytes if they fit both limits. */
  public boolean tryCharge(long bytes) {
    if (usedBytes + bytes > maxBytes || !pool.tryCharge(bytes)) {
      return false;
    }
    set(usedBytes + bytes);
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
          usedBytes + bytes > maxBytes
              ? "the " + maxBytes + " bytes for " + name + " are in use"
              : "the " + pool.maxBytes() + " bytes of " + pool.name() + " are in use");
    }
  }

  /**
   * Whether one of many holders takes more than its part: half of the account, or, if the others
   * use more than a quarter of it, 1/{@value #PARTS} of what is free. With 160 holders that each
   * take as much as they may of 64 MiB, a further one still gets 30 KB.
   */
  public boolean isExcessive(long heldBytes) {
    return isExcessive(heldBytes, usedBytes, usedBytes + freeBytes());
  }

  /** The same for memory without an account, of which {@code usedBytes} are in use. */
  public static boolean isExcessive(long heldBytes, long usedBytes, long maxBytes) {
    return heldBytes > maxBytes / 2
        || (usedBytes - heldBytes > maxBytes / 4 && heldBytes > (maxBytes - usedBytes) / PARTS);
  }

  /** Releases bytes that were charged. */
  public void release(long bytes) {
    assert bytes <= usedBytes : name + ": released more than was charged";
    pool.release(bytes);
    set(usedBytes - bytes);
  }

  private void set(long bytes) {
    usedBytes = bytes;
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

  /** Bytes that can still be charged: the smaller of what account and pool have left. */
  public long freeBytes() {
    return Math.min(maxBytes - usedBytes, pool.freeBytes());
  }
}

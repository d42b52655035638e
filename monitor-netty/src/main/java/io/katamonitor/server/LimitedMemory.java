package io.katamonitor.server;

/** An account with a limit of its own. Confined to the event loop but for {@link #usedBytes}. */
public final class LimitedMemory implements ConnectionMemory {
  private final long limitBytes;
  private volatile long usedBytes;

  public LimitedMemory(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  @Override
  public boolean tryReserve(long bytes) {
    if (bytes > limitBytes - usedBytes) {
      return false;
    }
    set(usedBytes + bytes);
    return true;
  }

  @Override
  public void release(long bytes) {
    assert bytes <= usedBytes : "more is given back than was charged";
    set(usedBytes - bytes);
  }

  /** What is charged now; from any thread. */
  public long usedBytes() {
    return usedBytes;
  }

  /** One thread writes, so reading and writing need not be one step. */
  private void set(long bytes) {
    usedBytes = bytes;
  }
}

package io.katamonitor.merge;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;

/**
 * The heap of one merge, charged before it is allocated: what is kept until the merge is released,
 * and what is needed while it is made. Confined to one thread.
 */
final class MergeHeap {
  private final MemoryAccount account;
  private long keptBytes;
  private long temporaryBytes;

  MergeHeap(MemoryAccount account) {
    this.account = account;
  }

  /** Charges bytes until {@link #release}. */
  void chargeKept(long bytes) throws MemoryExhaustedException {
    account.charge(bytes);
    keptBytes += bytes;
  }

  /** Charges bytes until {@link #releaseTemporary}. */
  void chargeTemporary(long bytes) throws MemoryExhaustedException {
    account.charge(bytes);
    temporaryBytes += bytes;
  }

  /** Releases what was needed while the merge was made. */
  void releaseTemporary() {
    account.release(temporaryBytes);
    temporaryBytes = 0;
  }

  /** Releases everything. */
  void release() {
    releaseTemporary();
    account.release(keptBytes);
    keptBytes = 0;
  }
}

package io.katamonitor.web;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.PageStore;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Blocks off the heap for documents, charged to their account. If the account is full, the viewers
 * that read slowest are cut; a document is freed with its last viewer. Confined to the event loop.
 */
public final class DocumentMemory {
  static final int BLOCK_BYTES = 32 * 1024;

  private final PageStore.SlabSource source;
  private final MemoryAccount account;
  private BooleanSupplier pressureHandler = () -> false;

  public DocumentMemory(PageStore.SlabSource source, MemoryAccount account) {
    this.source = source;
    this.account = account;
  }

  /**
   * Sets what is tried when the account is full.
   *
   * @param handler cuts the viewer that reads slowest; false if none is slow
   */
  public void onPressure(BooleanSupplier handler) {
    pressureHandler = handler;
  }

  /** A block; null if there is no memory for it. */
  @Nullable ByteBuffer take() {
    while (!account.tryCharge(BLOCK_BYTES)) {
      if (!pressureHandler.getAsBoolean()) {
        return null;
      }
    }
    try {
      return source.allocate(BLOCK_BYTES);
    } catch (OutOfMemoryError e) {
      account.release(BLOCK_BYTES); // The process cannot allocate what the budget allows.
      return null;
    }
  }

  void give(ByteBuffer block) {
    source.free(block);
    account.release(BLOCK_BYTES);
  }
}

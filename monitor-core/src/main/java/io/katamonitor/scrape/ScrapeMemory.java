package io.katamonitor.scrape;

import io.katamonitor.encode.EncoderBuffers;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.PageStore;
import io.katamonitor.template.BodyDecoder;
import io.katamonitor.template.DecoderBuffers;
import io.katamonitor.template.NamingPolicy;
import io.katamonitor.template.OwnBodyBuilder;
import io.katamonitor.template.TemplateCache;
import io.katamonitor.template.TemplateHints;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory of shims' bodies, from their first byte until all clients have received them. The only
 * class that frees memory when it is short, in this order: it rejects bodies far above their part,
 * then cuts the clients that read slowest, then rejects the largest of the other bodies. Confined
 * to the event loop.
 */
final class ScrapeMemory {
  /** A holder of memory that can be reclaimed. */
  interface Holder {
    /** Approximate bytes it holds; 0 while none can be reclaimed. */
    int bytesHeld();

    /** Bytes of these on the heap. */
    long heapBytesHeld();

    /** Releases its memory; its clients see {@link FailureReason#MEMORY}. */
    void rejectForMemory(String detail);
  }

  /**
   * Upper bound of the pages that a read of text needs, as a multiple of its size: three times if
   * all lines are kept whole, and a few more.
   */
  private static final int PAGE_FACTOR = 3;

  private static final int EXTRA_BYTES = 64 * 1024;

  /**
   * A body is excessive if it holds more than its part of the memory, which is divided by the
   * number of sandboxes or by this number, if that is larger. Ordinary bodies hold 10 KB of pages
   * and 2 KB of heap.
   */
  private static final int MIN_PARTS = 64;

  private final PageStore store;
  private final PageStore.SlabSource slabs;
  private final MemoryBudget budget;
  private final TemplateCache templates;
  private final EncoderBuffers encoderBuffers;
  private final DecoderBuffers decoderBuffers = new DecoderBuffers();
  private final Set<Holder> holders = new LinkedHashSet<>();
  private BooleanSupplier pressureHandler = () -> false;
  private BooleanSupplier rawPressureHandler = () -> false;
  private int sandboxes;

  /**
   * @param store pages for decoded bodies
   * @param slabs memory for bodies that are passed on unchanged
   */
  ScrapeMemory(
      PageStore store, PageStore.SlabSource slabs, NamingPolicy policy, MemoryBudget budget) {
    this.store = store;
    this.slabs = slabs;
    this.budget = budget;
    this.templates = new TemplateCache(policy, budget.templates(), budget.segments());
    this.encoderBuffers = new EncoderBuffers(templates, store);
  }

  TemplateCache templates() {
    return templates;
  }

  /** The account of the heap for merges. */
  MemoryAccount merges() {
    return budget.merges();
  }

  EncoderBuffers encoderBuffers() {
    return encoderBuffers;
  }

  OwnBodyBuilder newOwnBody() {
    return new OwnBodyBuilder(budget.segments(), store);
  }

  PageStore store() {
    return store;
  }

  BodyDecoder newDecoder(TemplateHints hints, int maxSamples) {
    return new BodyDecoder(templates, store, decoderBuffers, hints, maxSamples);
  }

  /**
   * Sets what is tried before an ordinary response is rejected.
   *
   * @param handler cuts the client that reads slowest; false if there is none
   */
  void onPressure(BooleanSupplier handler) {
    pressureHandler = handler;
  }

  /** The same for raw bodies: cuts the slowest of their clients. */
  void onRawPressure(BooleanSupplier handler) {
    rawPressureHandler = handler;
  }

  MemoryBudget budget() {
    return budget;
  }

  /**
   * Sets the number of sandboxes: the own series of each take one page, which is reserved for them.
   */
  void sandboxes(int count) {
    sandboxes = count;
    templates.sandboxes(Math.max(1, count));
  }

  void add(Holder holder) {
    holders.add(holder);
  }

  void remove(Holder holder) {
    holders.remove(holder);
  }

  /** Ensures memory for decoding {@code textBytes} of a body; may reject the body of any holder. */
  void makeRoom(int textBytes) {
    long own = (long) sandboxes * PageStore.PAGE_BYTES;
    long needed = (long) PAGE_FACTOR * textBytes + EXTRA_BYTES + own;
    while (true) {
      boolean isForHeap = isHeapNearlyUsed();
      if (!isForHeap && store.bytesInUse() + needed <= store.maxBytes()) {
        return;
      }
      var largest = largest(isForHeap);
      boolean isExcessive = largest != null && isExcessive(largest, isForHeap);
      if (!isExcessive && pressureHandler.getAsBoolean()) {
        continue;
      }
      if (largest == null) {
        return;
      }
      largest.rejectForMemory(
          "the memory for all sandboxes' responses is used up, and this is the largest");
    }
  }

  /** Whether a body takes so many pages that others might get none. */
  boolean isExcessive(int heldBytes) {
    return MemoryAccount.isExcessive(heldBytes, store.bytesInUse(), store.maxBytes());
  }

  /** Cuts the response of the slowest client; false if no client is slow. */
  boolean cutSlowest() {
    return pressureHandler.getAsBoolean();
  }

  private boolean isExcessive(Holder holder, boolean isForHeap) {
    long max = isForHeap ? budget.segments().maxBytes() : store.maxBytes();
    return held(holder, isForHeap) > max / Math.max(MIN_PARTS, sandboxes);
  }

  private static long held(Holder holder, boolean isForHeap) {
    return isForHeap ? holder.heapBytesHeld() : holder.bytesHeld();
  }

  /** Whether so little of the heap's account is left that ordinary bodies might not fit. */
  private boolean isHeapNearlyUsed() {
    var segments = budget.segments();
    return segments.freeBytes() < segments.maxBytes() / 32;
  }

  private @Nullable Holder largest(boolean isForHeap) {
    Holder largest = null;
    long max = 0;
    for (var holder : holders) {
      long held = held(holder, isForHeap);
      if (held > max) {
        max = held;
        largest = holder;
      }
    }
    return largest;
  }

  /** Memory for a part of a raw body; null if none is left. */
  @Nullable ByteBuffer takeRaw(int bytes) {
    while (!budget.rawBodies().tryCharge(bytes)) {
      if (!rawPressureHandler.getAsBoolean()) {
        return null;
      }
    }
    try {
      return slabs.allocate(bytes);
    } catch (OutOfMemoryError e) {
      budget.rawBodies().release(bytes); // The process cannot allocate what the budget allows.
      return null;
    }
  }

  void giveRaw(ByteBuffer part) {
    budget.rawBodies().release(part.capacity());
    slabs.free(part);
  }
}

package io.katamonitor.scrape;

import io.katamonitor.encode.EncoderBuffers;
import io.katamonitor.memory.MemoryAccount;
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
 * The memory of responses while they are read and until their clients have them, and the one place
 * where room is made: a response that takes far more than its part goes first, then the responses
 * that clients are slow to read, then the largest of the rest. Confined to the event loop.
 */
final class ScrapeMemory {
  /** Holds memory that may be taken back. */
  interface Holder {
    /** Bytes of pages it takes, about; 0 while none of it may be taken back. */
    int bytesHeld();

    /** Gives its memory back; its clients see {@link FailureReason#MEMORY}. */
    void rejectForMemory(String detail);
  }

  /**
   * Pages that a read of text may need at most, as a multiple of its size: three times, where all
   * of it is kept whole, and a few more.
   */
  private static final int PAGE_FACTOR = 3;

  private static final int EXTRA_BYTES = 64 * 1024;

  /** A response that holds more than 1/64 of all pages is excessive: ordinary ones hold 10 KB. */
  private static final int EXCESSIVE_PART = 64;

  /** Heap for the segments and families of all bodies; their values stand off the heap. */
  private static final long MAX_BODY_HEAP_BYTES = 6L << 20;

  /** Heap for templates: those of a dozen kinds of guests, of 160 KB each, and unique series. */
  private static final long MAX_TEMPLATE_HEAP_BYTES = 4L << 20;

  /** Heap for merges: about 50 bytes per family and 4 per segment of 1,000 sandboxes, 10 times. */
  private static final long MAX_MERGE_HEAP_BYTES = 4L << 20;

  /** All bodies that clients get as the shim sent them, together: four of the largest. */
  private static final long MAX_RAW_BYTES = 16L << 20;

  private final PageStore store;
  private final PageStore.SlabSource slabs;
  private final MemoryAccount bodies = new MemoryAccount("bodies", MAX_BODY_HEAP_BYTES);
  private final MemoryAccount merges = new MemoryAccount("merges", MAX_MERGE_HEAP_BYTES);
  private final TemplateCache templates;
  private final EncoderBuffers encoderBuffers;
  private final DecoderBuffers decoderBuffers = new DecoderBuffers();
  private final Set<Holder> holders = new LinkedHashSet<>();
  private BooleanSupplier pressureHandler = () -> false;
  private int sandboxes;
  private long rawBytes;

  /**
   * @param store pages for decoded bodies
   * @param slabs memory for bodies that are passed on as they are
   */
  ScrapeMemory(PageStore store, PageStore.SlabSource slabs, NamingPolicy policy) {
    this.store = store;
    this.slabs = slabs;
    this.templates =
        new TemplateCache(policy, new MemoryAccount("templates", MAX_TEMPLATE_HEAP_BYTES), bodies);
    this.encoderBuffers = new EncoderBuffers(templates, store);
  }

  TemplateCache templates() {
    return templates;
  }

  /** The account of the heap for merges. */
  MemoryAccount merges() {
    return merges;
  }

  EncoderBuffers encoderBuffers() {
    return encoderBuffers;
  }

  OwnBodyBuilder newOwnBody() {
    return new OwnBodyBuilder(bodies, store);
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
   * @param handler cuts the client that is slowest to read; false when there is none
   */
  void onPressure(BooleanSupplier handler) {
    pressureHandler = handler;
  }

  /** How many sandboxes have own series, which take a page each and must find it. */
  void sandboxes(int count) {
    sandboxes = count;
  }

  void add(Holder holder) {
    holders.add(holder);
  }

  void remove(Holder holder) {
    holders.remove(holder);
  }

  /** Makes room for what {@code textBytes} of a body may need; may reject any holder's. */
  void makeRoom(int textBytes) {
    long own = (long) sandboxes * PageStore.PAGE_BYTES;
    long needed = (long) PAGE_FACTOR * textBytes + EXTRA_BYTES + own;
    while (store.bytesInUse() + needed > store.maxBytes() || isHeapNearlyUsed()) {
      var largest = largest();
      boolean isExcessive =
          largest != null && largest.bytesHeld() > store.maxBytes() / EXCESSIVE_PART;
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

  /** Whether 64 KiB of nothing but new families might not find room. */
  private boolean isHeapNearlyUsed() {
    return bodies.usedBytes() > bodies.maxBytes() / 3 * 2;
  }

  private @Nullable Holder largest() {
    Holder largest = null;
    int max = 0;
    for (var holder : holders) {
      int held = holder.bytesHeld();
      if (held > max) {
        max = held;
        largest = holder;
      }
    }
    return largest;
  }

  /** Memory for a part of a body that is passed on as it is; null where none is left. */
  @Nullable ByteBuffer takeRaw(int bytes) {
    while (rawBytes + bytes > MAX_RAW_BYTES) {
      if (!pressureHandler.getAsBoolean()) {
        return null;
      }
    }
    rawBytes += bytes;
    return slabs.allocate(bytes);
  }

  void giveRaw(ByteBuffer part) {
    rawBytes -= part.capacity();
    slabs.free(part);
  }

  /** Bytes of bodies that are passed on as they are. */
  long rawBytes() {
    return rawBytes;
  }
}

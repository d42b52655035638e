package io.katamonitor.scrape;

import io.katamonitor.exposition.BodyDecoder;
import io.katamonitor.exposition.DecoderScratch;
import io.katamonitor.exposition.PageStore;
import io.katamonitor.exposition.ShapeCache;
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

  /** All bodies that clients get as the shim sent them, together: four of the largest. */
  private static final long MAX_RAW_BYTES = 16L << 20;

  private final PageStore store;
  private final PageStore.SlabSource slabs;
  private final ShapeCache shapes;
  private final DecoderScratch scratch = new DecoderScratch();
  private final Set<Holder> holders = new LinkedHashSet<>();
  private BooleanSupplier pressureHandler = () -> false;
  private int sandboxes;
  private long rawBytes;

  /**
   * @param store pages for decoded bodies
   * @param slabs memory for bodies that are passed on as they are
   */
  ScrapeMemory(PageStore store, PageStore.SlabSource slabs, ShapeCache shapes) {
    this.store = store;
    this.slabs = slabs;
    this.shapes = shapes;
  }

  PageStore store() {
    return store;
  }

  DecoderScratch scratch() {
    return scratch;
  }

  BodyDecoder newDecoder() {
    return new BodyDecoder(shapes, store, scratch);
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
    if (shapes.isNearlyFull()) {
      shapes.forgetUnreferenced();
    }
    while (store.bytesInUse() + needed > store.bytesAllowed() || shapes.isNearlyFull()) {
      var largest = largest();
      boolean isExcessive =
          largest != null && largest.bytesHeld() > store.bytesAllowed() / EXCESSIVE_PART;
      if (!isExcessive && pressureHandler.getAsBoolean()) {
        continue;
      }
      if (largest == null) {
        return;
      }
      largest.rejectForMemory(
          "the memory for all sandboxes' responses is used up, and this is the largest");
      shapes.forgetUnreferenced();
    }
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

package io.katamonitor.memory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pages of {@value #PAGE_BYTES} bytes off the heap, up to a limit.
 *
 * <p>Slabs of 64 pages are allocated from the source as needed. {@link #trim} frees unused ones; it
 * is called when no scrape has come for 40 s and not after each, as the page faults of fresh memory
 * would cost more than the scrape itself.
 *
 * <p>Confined to one thread.
 */
public final class PageStore {
  public static final int PAGE_BYTES = 2048;
  private static final int PAGE_BITS = 11;
  private static final int SLAB_PAGES = Long.SIZE;
  public static final int SLAB_BYTES = SLAB_PAGES * PAGE_BYTES;
  private static final long ALL_FREE = -1L;

  /** Allocates and frees slabs. */
  public interface SlabSource {
    /** A direct buffer with this capacity and arbitrary content. */
    ByteBuffer allocate(int bytes);

    void free(ByteBuffer slab);
  }

  private static final class Slab {
    final ByteBuffer bytes;

    /** Bit i is set while page i is free. */
    long free = ALL_FREE;

    Slab(ByteBuffer bytes) {
      this.bytes = bytes;
    }
  }

  private static final int MAX_SLABS = Integer.MAX_VALUE / SLAB_PAGES;

  private final SlabSource source;
  private final MemoryAccount account;
  private final List<@Nullable Slab> slabs = new ArrayList<>();
  private int firstWithFreePage;
  private int pagesInUse;
  private int slabsHeld;
  private long bytesCopied;

  /** The thread that took the first page; for assertions. */
  private @Nullable Thread owner;

  /**
   * @param maxBytes limit of {@link #bytesHeld}, rounded down to whole slabs, at least one
   */
  public PageStore(SlabSource source, long maxBytes) {
    this(source, new MemoryAccount("pages", Math.max(maxBytes / SLAB_BYTES, 1) * SLAB_BYTES));
  }

  /**
   * @param account to which slabs are charged
   */
  public PageStore(SlabSource source, MemoryAccount account) {
    this.source = source;
    this.account = account;
  }

  /** Takes a free page: its number, or -1 if the account has no room for another slab. */
  int take() {
    assert isConfined() : "used by " + Thread.currentThread() + " beside " + owner;
    for (int i = firstWithFreePage; i < slabs.size(); i++) {
      var slab = slabs.get(i);
      if (slab == null) {
        if (!account.tryCharge(SLAB_BYTES)) {
          return -1;
        }
        slab = newSlab();
        slabs.set(i, slab);
      }
      if (slab.free != 0) {
        firstWithFreePage = i;
        return take(slab, i);
      }
    }
    if (slabs.size() == MAX_SLABS || !account.tryCharge(SLAB_BYTES)) {
      return -1;
    }
    var slab = newSlab();
    slabs.add(slab);
    firstWithFreePage = slabs.size() - 1;
    return take(slab, firstWithFreePage);
  }

  private boolean isConfined() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    return owner == Thread.currentThread();
  }

  private Slab newSlab() {
    try {
      var slab = new Slab(source.allocate(SLAB_BYTES));
      slabsHeld++;
      return slab;
    } catch (OutOfMemoryError e) {
      account.release(SLAB_BYTES); // The process cannot allocate what the budget allows.
      throw e;
    }
  }

  private int take(Slab slab, int index) {
    int page = Long.numberOfTrailingZeros(slab.free);
    slab.free &= slab.free - 1;
    pagesInUse++;
    return index * SLAB_PAGES + page;
  }

  /** Returns a page. */
  void give(int page) {
    int index = page / SLAB_PAGES;
    slab(index).free |= 1L << (page % SLAB_PAGES);
    firstWithFreePage = Math.min(firstWithFreePage, index);
    pagesInUse--;
  }

  void write(int page, int offset, byte[] from, int start, int length) {
    bytesCopied += length;
    slab(page / SLAB_PAGES)
        .bytes
        .put(((page % SLAB_PAGES) << PAGE_BITS) + offset, from, start, length);
  }

  void read(int page, int offset, byte[] to, int start, int length) {
    bytesCopied += length;
    slab(page / SLAB_PAGES)
        .bytes
        .get(((page % SLAB_PAGES) << PAGE_BITS) + offset, to, start, length);
  }

  private Slab slab(int index) {
    var slab = slabs.get(index);
    if (slab == null) {
      throw new IllegalStateException("page of a slab that was freed");
    }
    return slab;
  }

  /** Frees the slabs without a page in use. */
  public void trim() {
    for (int i = 0; i < slabs.size(); i++) {
      var slab = slabs.get(i);
      if (slab != null && slab.free == ALL_FREE) {
        source.free(slab.bytes);
        account.release(SLAB_BYTES);
        slabs.set(i, null);
        slabsHeld--;
      }
    }
  }

  /** Bytes copied to and from pages so far. A test shows that only values are. */
  public long bytesCopied() {
    return bytesCopied;
  }

  /** Bytes of the pages in use. */
  public long bytesInUse() {
    return (long) pagesInUse * PAGE_BYTES;
  }

  /** Bytes allocated from the source. */
  public long bytesHeld() {
    return (long) slabsHeld * SLAB_BYTES;
  }

  /** What {@link #bytesHeld} can become: whole slabs that the account has room for. */
  public long maxBytes() {
    return bytesHeld() + account.freeBytes() / SLAB_BYTES * SLAB_BYTES;
  }
}

package io.katamonitor.exposition;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap for what scrapes keep, in pages of {@value #PAGE_BYTES} bytes, bounded.
 * Slabs of 64 pages are taken from the source as needed and given back by {@link #trim}, which is
 * for idle times: to touch fresh memory at each scrape costs more page faults than the scrape's own
 * work.
 *
 * <p>Confined to one thread.
 */
public final class PageStore {
  public static final int PAGE_BYTES = 2048;
  private static final int PAGE_BITS = 11;
  private static final int SLAB_PAGES = Long.SIZE;
  public static final int SLAB_BYTES = SLAB_PAGES * PAGE_BYTES;
  private static final long ALL_FREE = -1L;

  /** Where slabs come from. */
  public interface SlabSource {
    /** A direct buffer of that capacity; its content may be anything. */
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

  private final SlabSource source;
  private final int maxSlabs;
  private final List<@Nullable Slab> slabs = new ArrayList<>();
  private int firstWithRoom;
  private int pagesInUse;
  private int slabsHeld;
  private long bytesCopied;

  /**
   * @param maxBytes rounded down to whole slabs, at least one
   */
  public PageStore(SlabSource source, long maxBytes) {
    this.source = source;
    this.maxSlabs = Math.clamp(maxBytes / SLAB_BYTES, 1, Integer.MAX_VALUE / SLAB_PAGES);
  }

  /** A free page's number, or -1 where the bound is reached. */
  int take() {
    for (int i = firstWithRoom; i < slabs.size(); i++) {
      var slab = slabs.get(i);
      if (slab == null) {
        slab = hold();
        slabs.set(i, slab);
      }
      if (slab.free != 0) {
        firstWithRoom = i;
        return take(slab, i);
      }
    }
    if (slabs.size() == maxSlabs) {
      return -1;
    }
    var slab = hold();
    slabs.add(slab);
    firstWithRoom = slabs.size() - 1;
    return take(slab, firstWithRoom);
  }

  private Slab hold() {
    slabsHeld++;
    return new Slab(source.allocate(SLAB_BYTES));
  }

  private int take(Slab slab, int index) {
    int page = Long.numberOfTrailingZeros(slab.free);
    slab.free &= slab.free - 1;
    pagesInUse++;
    return index * SLAB_PAGES + page;
  }

  void give(int page) {
    int index = page / SLAB_PAGES;
    slab(index).free |= 1L << (page % SLAB_PAGES);
    firstWithRoom = Math.min(firstWithRoom, index);
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
      throw new IllegalStateException("page of a slab that was given back");
    }
    return slab;
  }

  /** Gives the slabs back of which no page is in use. */
  public void trim() {
    for (int i = 0; i < slabs.size(); i++) {
      var slab = slabs.get(i);
      if (slab != null && slab.free == ALL_FREE) {
        source.free(slab.bytes);
        slabs.set(i, null);
        slabsHeld--;
      }
    }
  }

  /** Bytes copied to and from pages so far: a test holds that values alone are. */
  long bytesCopied() {
    return bytesCopied;
  }

  /** Bytes of the pages in use. */
  public long bytesInUse() {
    return (long) pagesInUse * PAGE_BYTES;
  }

  /** Bytes taken from the source. */
  public long bytesHeld() {
    return (long) slabsHeld * SLAB_BYTES;
  }

  /** The bound of {@link #bytesHeld}. */
  public long bytesAllowed() {
    return (long) maxSlabs * SLAB_BYTES;
  }
}

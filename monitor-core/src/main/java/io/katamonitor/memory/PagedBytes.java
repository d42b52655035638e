package io.katamonitor.memory;

import java.util.Arrays;

/**
 * A growing sequence of bytes in the pages of a {@link PageStore}. Its creator owns it and returns
 * the pages with {@link #clear}. Confined to one thread.
 */
public final class PagedBytes {
  private static final int PAGE = PageStore.PAGE_BYTES;
  private static final int[] NO_PAGES = {};

  private final PageStore store;
  private int[] pages = NO_PAGES;
  private int pageCount;
  private int length;

  public PagedBytes(PageStore store) {
    this.store = store;
  }

  public int length() {
    return length;
  }

  /** Bytes of the pages that it holds. */
  public int bytesHeld() {
    return pageCount * PAGE;
  }

  /**
   * Appends {@code count} bytes of {@code from}, starting at {@code start}.
   *
   * @throws MemoryExhaustedException if the store has no page left; the bytes that did fit stay
   */
  public void append(byte[] from, int start, int count) throws MemoryExhaustedException {
    while (count > 0) {
      int offset = length % PAGE;
      if (offset == 0 && length / PAGE == pageCount) {
        addPage();
      }
      int part = Math.min(count, PAGE - offset);
      store.write(pages[length / PAGE], offset, from, start, part);
      length += part;
      start += part;
      count -= part;
    }
  }

  private void addPage() throws MemoryExhaustedException {
    int page = store.take();
    if (page < 0) {
      throw new MemoryExhaustedException(
          "the " + store.maxBytes() + " bytes for the responses of all sandboxes are in use");
    }
    if (pageCount == pages.length) {
      pages = Arrays.copyOf(pages, Math.max(8, pageCount * 2));
    }
    pages[pageCount++] = page;
  }

  /** Copies {@code count} bytes from {@code position} on; all of them must exist. */
  public void copyTo(int position, byte[] to, int start, int count) {
    while (count > 0) {
      int offset = position % PAGE;
      int part = Math.min(count, PAGE - offset);
      store.read(pages[position / PAGE], offset, to, start, part);
      position += part;
      start += part;
      count -= part;
    }
  }

  /** Drops the bytes and returns the pages. */
  public void clear() {
    for (int i = 0; i < pageCount; i++) {
      store.give(pages[i]);
    }
    pages = NO_PAGES;
    pageCount = 0;
    length = 0;
  }
}

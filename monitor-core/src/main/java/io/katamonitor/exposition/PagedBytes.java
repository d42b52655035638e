package io.katamonitor.exposition;

import java.util.Arrays;

/**
 * A growing run of bytes in the pages of a {@link PageStore}. Whoever made it releases it. Confined
 * to one thread.
 */
final class PagedBytes {
  private static final int PAGE = PageStore.PAGE_BYTES;

  private final PageStore store;
  private int[] pages = new int[8];
  private int pageCount;
  private int length;

  PagedBytes(PageStore store) {
    this.store = store;
  }

  int length() {
    return length;
  }

  int bytesHeld() {
    return pageCount * PAGE;
  }

  void append(byte[] from, int start, int count) throws MemoryExhaustedException {
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
          "the " + store.bytesAllowed() + " bytes for all sandboxes' answers are used up");
    }
    if (pageCount == pages.length) {
      pages = Arrays.copyOf(pages, pageCount * 2);
    }
    pages[pageCount++] = page;
  }

  /** Copies {@code count} bytes from {@code position} on; all of them must be there. */
  void copyTo(int position, byte[] to, int start, int count) {
    while (count > 0) {
      int offset = position % PAGE;
      int part = Math.min(count, PAGE - offset);
      store.read(pages[position / PAGE], offset, to, start, part);
      position += part;
      start += part;
      count -= part;
    }
  }

  /** Forgets the bytes and gives the pages back. */
  void clear() {
    for (int i = 0; i < pageCount; i++) {
      store.give(pages[i]);
    }
    pageCount = 0;
    length = 0;
  }
}

package io.katamonitor.scrape;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A shim's body as received, off the heap, shared by all clients that wait for it. Received at the
 * shim's pace, however slowly clients read: its size is limited by max-shim-response-bytes, that of
 * all raw bodies by {@link ScrapeMemory}. Each holder releases it once. Confined to the event loop.
 */
public final class RawBody {
  private static final int PART_BYTES = 64 * 1024;

  private final ScrapeMemory memory;
  private final List<ByteBuffer> parts = new ArrayList<>(2);
  private int length;
  private int holders = 1;

  RawBody(ScrapeMemory memory) {
    this.memory = memory;
  }

  /** Appends bytes; false if the memory for raw bodies is used up. */
  boolean append(byte[] from, int start, int count) {
    while (count > 0) {
      int offset = length % PART_BYTES;
      if (offset == 0) {
        var part = memory.takeRaw(PART_BYTES);
        if (part == null) {
          return false;
        }
        parts.add(part);
      }
      int piece = Math.min(count, PART_BYTES - offset);
      parts.getLast().put(offset, from, start, piece);
      length += piece;
      start += piece;
      count -= piece;
    }
    return true;
  }

  /** Length of the body in bytes. */
  public int length() {
    return length;
  }

  /**
   * Copies bytes out.
   *
   * @param position of the first one in the body
   * @return how many were copied: at most the size of {@code to}, 0 at the end
   */
  public int read(int position, byte[] to) {
    int copied = 0;
    while (copied < to.length && position < length) {
      int offset = position % PART_BYTES;
      int piece = Math.min(PART_BYTES - offset, Math.min(to.length - copied, length - position));
      parts.get(position / PART_BYTES).get(offset, to, copied, piece);
      copied += piece;
      position += piece;
    }
    return copied;
  }

  void retain() {
    holders++;
  }

  /** Removes a holder; the last one frees the memory. */
  public void release() {
    if (--holders == 0) {
      parts.forEach(memory::giveRaw);
      parts.clear();
      length = 0;
    }
  }
}

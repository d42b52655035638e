package io.katamonitor.web;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A page or its JSON, rendered once and read by any number of viewers, each at its own pace. It is
 * kept in blocks off the heap until its last holder has released it. Confined to the event loop.
 */
public final class Document {
  private final DocumentMemory memory;
  private final List<ByteBuffer> blocks = new ArrayList<>();
  private int holders = 1;

  Document(DocumentMemory memory) {
    this.memory = memory;
  }

  /**
   * Appends bytes; false if there is no memory for all of them, of which those that fit were
   * appended.
   */
  boolean append(byte[] bytes) {
    int from = 0;
    while (from < bytes.length) {
      var block = blocks.isEmpty() ? null : blocks.getLast();
      if (block == null || !block.hasRemaining()) {
        block = memory.take();
        if (block == null) {
          return false;
        }
        blocks.add(block);
      }
      int part = Math.min(bytes.length - from, block.remaining());
      block.put(bytes, from, part);
      from += part;
    }
    return true;
  }

  public int blockCount() {
    return blocks.size();
  }

  /** The bytes of a block; valid as long as the document is held. */
  public ByteBuffer block(int index) {
    return blocks.get(index).duplicate().flip();
  }

  /** Adds a holder. */
  public void retain() {
    holders++;
  }

  /** Removes a holder; the last one frees the memory. */
  public void release() {
    if (--holders == 0) {
      for (var block : blocks) {
        memory.give(block);
      }
      blocks.clear();
    }
  }
}

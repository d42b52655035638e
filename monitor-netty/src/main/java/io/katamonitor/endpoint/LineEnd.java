package io.katamonitor.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Appends a line feed to the content. */
final class LineEnd implements Rewriting {
  @Override
  public ByteBuf transform(ByteBuf content, ByteBufAllocator allocator) {
    return content;
  }

  @Override
  public ByteBuf finish(ByteBufAllocator allocator) {
    return allocator.ioBuffer(1).writeByte('\n');
  }
}

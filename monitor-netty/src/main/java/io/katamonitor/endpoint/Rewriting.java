package io.katamonitor.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Transforms content on its way from a shim to a client; one object for each response. */
interface Rewriting {
  /** Returns the content to be sent; takes ownership of {@code content}. */
  ByteBuf transform(ByteBuf content, ByteBufAllocator allocator);

  /** Returns the content still to be sent at the end of the response; owned by the caller. */
  ByteBuf finish(ByteBufAllocator allocator);
}

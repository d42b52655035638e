package io.katamonitor.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Changes content on its way from a shim to the client; one object for each response. */
interface Rewriting {
  /** Returns content as it is to be sent; takes ownership of {@code content}. */
  ByteBuf transform(ByteBuf content, ByteBufAllocator allocator);

  /** Returns what is still to be sent at the end of the response; owned by the caller. */
  ByteBuf finish(ByteBufAllocator allocator);
}

package io.katamonitor.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Changes content on its way from a shim to the client; one object an answer. */
interface Rewriting {
  /** Content as it is to be sent; takes ownership of {@code content}. */
  ByteBuf next(ByteBuf content, ByteBufAllocator allocator);

  /** What is still to be sent when the shim has ended; the caller's to release. */
  ByteBuf last(ByteBufAllocator allocator);
}

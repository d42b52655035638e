package io.katamonitor;

import io.katamonitor.memory.PageStore;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;

/**
 * Slabs from Netty's direct memory, which is freed at once and counted with the rest of it.
 * Confined to one thread.
 */
final class NettySlabSource implements PageStore.SlabSource, AutoCloseable {
  private final IdentityHashMap<ByteBuffer, ByteBuf> held = new IdentityHashMap<>();

  @Override
  public ByteBuffer allocate(int bytes) {
    var slab = UnpooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
    var view = slab.nioBuffer(0, bytes);
    held.put(view, slab);
    return view;
  }

  @Override
  public void free(ByteBuffer slab) {
    var freed = held.remove(slab);
    if (freed == null) {
      throw new IllegalArgumentException("not a slab of this source");
    }
    freed.release();
  }

  /** Frees the slabs that are still held; they must not be used any more. */
  @Override
  public void close() {
    held.values().forEach(ByteBuf::release);
    held.clear();
  }
}

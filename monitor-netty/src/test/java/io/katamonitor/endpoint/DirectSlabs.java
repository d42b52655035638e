package io.katamonitor.endpoint;

import io.katamonitor.memory.PageStore;
import java.nio.ByteBuffer;

/** Slabs of the JDK's direct memory, which the garbage collector frees. */
final class DirectSlabs implements PageStore.SlabSource {
  @Override
  public ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }

  @Override
  public void free(ByteBuffer slab) {}
}

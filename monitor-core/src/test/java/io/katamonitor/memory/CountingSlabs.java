package io.katamonitor.memory;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Slabs on the heap; counts those in use. */
public final class CountingSlabs implements PageStore.SlabSource {
  final Set<ByteBuffer> inUse = Collections.newSetFromMap(new IdentityHashMap<>());

  @Override
  public ByteBuffer allocate(int bytes) {
    var slab = ByteBuffer.allocate(bytes);
    inUse.add(slab);
    return slab;
  }

  @Override
  public void free(ByteBuffer slab) {
    if (!inUse.remove(slab)) {
      throw new AssertionError("a slab is freed that is not in use");
    }
  }
}

package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.PageStore;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DocumentMemoryTest {
  private final MemoryAccount account =
      new MemoryAccount("documents", 2L * DocumentMemory.BLOCK_BYTES);

  private record Source(boolean isExhausted) implements PageStore.SlabSource {
    @Override
    public ByteBuffer allocate(int bytes) {
      if (isExhausted) {
        throw new OutOfMemoryError("by the test");
      }
      return ByteBuffer.allocate(bytes);
    }

    @Override
    public void free(ByteBuffer slab) {}
  }

  @Test
  void chargesEachBlock() {
    var memory = new DocumentMemory(new Source(false), account);
    var block = memory.take();
    assertThat(memory.take()).isNotNull();
    assertThat(memory.take()).isNull();
    assertThat(account.usedBytes()).isEqualTo(2L * DocumentMemory.BLOCK_BYTES);
    if (block != null) {
      memory.give(block);
    }
    assertThat(account.usedBytes()).isEqualTo(DocumentMemory.BLOCK_BYTES);
  }

  @Test
  void cutsSlowViewersWhenTheAccountIsFull() {
    var memory = new DocumentMemory(new Source(false), account);
    var held = new ByteBuffer[] {memory.take(), memory.take()};
    int[] cut = new int[1];
    memory.onPressure(() -> {
      if (cut[0] == held.length) {
        return false;
      }
      memory.give(held[cut[0]++]);
      return true;
    });
    assertThat(memory.take()).isNotNull();
    assertThat(cut[0]).isOne();
  }

  @Test
  void chargesNothingIfTheProcessHasNoMemory() {
    assertThat(new DocumentMemory(new Source(true), account).take()).isNull();
    assertThat(account.usedBytes()).isZero();
  }
}

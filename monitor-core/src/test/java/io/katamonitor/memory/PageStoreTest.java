package io.katamonitor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PageStoreTest {
  private final CountingSlabs slabs = new CountingSlabs();

  /** The worked example of the package's documentation. */
  @Test
  void countsThePagesOfTheWorkedExample() throws Exception {
    var store = new PageStore(slabs, 1 << 20);
    var bodies = new PagedBytes[3];
    int[] lengths = {6000, 900, 2048};
    for (int i = 0; i < bodies.length; i++) {
      bodies[i] = new PagedBytes(store);
      bodies[i].append(new byte[lengths[i]], 0, lengths[i]);
    }

    assertThat(bodies[0].bytesHeld()).isEqualTo(3 * 2048);
    assertThat(store.bytesInUse()).isEqualTo(10_240);
    assertThat(store.bytesHeld()).isEqualTo(131_072);

    for (var body : bodies) {
      body.clear();
    }
    assertThat(store.bytesInUse()).isZero();
    assertThat(store.bytesHeld()).isEqualTo(131_072);
    store.trim();
    assertThat(store.bytesHeld()).isZero();
    assertThat(slabs.inUse).isEmpty();
  }

  @Test
  void takesPagesUpToItsLimit() {
    var store = new PageStore(slabs, 2 * PageStore.SLAB_BYTES + 1);
    assertThat(store.maxBytes()).isEqualTo(2 * PageStore.SLAB_BYTES);
    for (int i = 0; i < 128; i++) {
      assertThat(store.take()).isEqualTo(i);
    }
    assertThat(store.take()).isEqualTo(-1);

    store.give(5);
    assertThat(store.take()).isEqualTo(5);
    assertThat(slabs.inUse).hasSize(2);
  }

  /** The process may have less direct memory than the budget allows. */
  @Test
  void slabThatCannotBeAllocatedIsNotCharged() {
    var account = new MemoryAccount("pages", 4 * PageStore.SLAB_BYTES);
    var isFull = new AtomicBoolean();
    var store =
        new PageStore(
            new PageStore.SlabSource() {
              @Override
              public ByteBuffer allocate(int bytes) {
                if (isFull.get()) {
                  throw new OutOfMemoryError("by the test");
                }
                return slabs.allocate(bytes);
              }

              @Override
              public void free(ByteBuffer slab) {
                slabs.free(slab);
              }
            },
            account);
    for (int i = 0; i < 64; i++) {
      store.take();
    }
    isFull.set(true);
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(store::take).isInstanceOf(OutOfMemoryError.class);
    }
    assertThat(account.usedBytes()).isEqualTo(PageStore.SLAB_BYTES);
    isFull.set(false);
    assertThat(store.take()).isEqualTo(64);
    assertThat(account.usedBytes()).isEqualTo(2 * PageStore.SLAB_BYTES);

    // The same for a slab that was freed in the middle of others.
    for (int i = 0; i < 64; i++) {
      store.give(i);
    }
    store.trim();
    isFull.set(true);
    assertThatThrownBy(store::take).isInstanceOf(OutOfMemoryError.class);
    assertThat(account.usedBytes()).isEqualTo(PageStore.SLAB_BYTES);
  }

  @Test
  void hasAtLeastOneSlab() {
    assertThat(new PageStore(slabs, 0).maxBytes()).isEqualTo(PageStore.SLAB_BYTES);
  }

  @Test
  void trimKeepsSlabsWithAPageInUse() {
    var store = new PageStore(slabs, 4 * PageStore.SLAB_BYTES);
    for (int i = 0; i < 65; i++) {
      store.take();
    }
    for (int i = 0; i < 64; i++) {
      store.give(i);
    }
    store.trim();

    assertThat(store.bytesHeld()).isEqualTo(PageStore.SLAB_BYTES);
    byte[] text = {1, 2, 3};
    store.write(64, 7, text, 1, 2);
    byte[] read = new byte[2];
    store.read(64, 7, read, 0, 2);
    assertThat(read).containsExactly(2, 3);
    assertThatThrownBy(() -> store.write(0, 0, text, 0, 3))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store.take()).as("the freed slab is allocated again").isZero();
    assertThat(slabs.inUse).hasSize(2);
  }

  @Test
  void countsTheBytesThatItCopies() {
    var store = new PageStore(slabs, 1);
    int page = store.take();
    store.write(page, 0, new byte[10], 0, 10);
    store.read(page, 0, new byte[4], 0, 4);

    assertThat(store.bytesCopied()).isEqualTo(14);
  }

  @Test
  void noticesThatASecondThreadUsesIt() throws Exception {
    var store = new PageStore(slabs, 1);
    store.take();
    var failure = new CompletableFuture<Throwable>();
    var other = new Thread(store::take);
    other.setUncaughtExceptionHandler((thread, thrown) -> failure.complete(thrown));
    other.start();

    assertThat(failure.get()).isInstanceOf(AssertionError.class).hasMessageContaining("used by");
  }
}

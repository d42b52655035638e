package io.katamonitor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PagedBytesTest {
  private final PageStore store = new PageStore(new CountingSlabs(), PageStore.SLAB_BYTES);

  @Test
  void readsBackWhatWasAppendedInPiecesOfAnySize() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    byte[] expected = new byte[50_000];
    random.nextBytes(expected);
    var bytes = new PagedBytes(store);
    while (bytes.length() < expected.length) {
      int more = Math.min(expected.length - bytes.length(), random.nextInt(5000));
      bytes.append(expected, bytes.length(), more);
    }
    for (int i = 0; i < 1000; i++) {
      int from = random.nextInt(expected.length);
      int count = random.nextInt(expected.length - from + 1);
      byte[] read = new byte[count];
      bytes.copyTo(from, read, 0, count);
      assertThat(Arrays.equals(read, 0, count, expected, from, from + count))
          .as("seed %d", seed)
          .isTrue();
    }
  }

  @Test
  void takesAPageOnlyWhenItIsNeeded() throws Exception {
    var bytes = new PagedBytes(store);
    assertThat(bytes.bytesHeld()).isZero();
    bytes.append(new byte[2048], 0, 2048);
    assertThat(bytes.bytesHeld()).isEqualTo(2048);
    bytes.append(new byte[1], 0, 1);
    assertThat(bytes.bytesHeld()).isEqualTo(4096);
  }

  @Test
  void keepsTheBytesThatFitWhenTheStoreIsExhausted() {
    var bytes = new PagedBytes(store);

    assertThatThrownBy(() -> bytes.append(new byte[140_000], 0, 140_000))
        .isInstanceOf(MemoryExhaustedException.class)
        .hasMessage("the 131072 bytes for the responses of all sandboxes are in use");
    assertThat(bytes.length()).isEqualTo(131_072);

    bytes.clear();
    assertThat(bytes.length()).isZero();
    assertThat(store.bytesInUse()).isZero();
  }
}

package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryAccount;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lots that decide which sandboxes have a share, where there are fewer shares than those. */
class SandboxLotsTest {
  private final TemplateCache cache =
      new TemplateCache(
          LearningNode.NAMES,
          new MemoryAccount("templates", 4 << 20),
          new MemoryAccount("segments", 6 << 20));

  private int draw() {
    var sandbox = new TemplateHints();
    cache.newQuota(sandbox);
    return sandbox.lot();
  }

  @Test
  void sandboxHasNoLotBeforeItsFirstBodyAndKeepsItForAllOthers() {
    var sandbox = new TemplateHints();
    assertThat(sandbox.hasLot()).isFalse();
    draw();
    cache.newQuota(sandbox);
    assertThat(sandbox.hasLot()).isTrue();
    int lot = sandbox.lot();
    draw();
    cache.newQuota(sandbox);
    assertThat(sandbox.lot()).isEqualTo(lot);
  }

  @Test
  void sandboxKeepsItsLotWhenTheTemplatesAreReplaced() {
    draw();
    var sandbox = new TemplateHints();
    sandbox.begin(cache.current());
    cache.newQuota(sandbox);
    int lot = sandbox.lot();
    cache.reset();
    sandbox.begin(cache.current());
    cache.newQuota(sandbox);
    assertThat(sandbox.lot()).isEqualTo(lot);
  }

  @Test
  void secondBodyOfASandboxDrawsNoLot() {
    var other =
        new TemplateCache(
            LearningNode.NAMES,
            new MemoryAccount("templates", 4 << 20),
            new MemoryAccount("segments", 6 << 20));
    var sandbox = new TemplateHints();
    other.newQuota(sandbox);
    other.newQuota(sandbox);
    var next = new TemplateHints();
    other.newQuota(next);

    draw();
    assertThat(next.lot()).isEqualTo(draw());
  }

  /** Otherwise a group of hostile sandboxes that come together could have all shares, or none. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 77, 5000})
  void lotsOfAHundredSandboxesInARowAreEvenlyDistributed(int earlier) {
    for (int i = 0; i < earlier; i++) {
      draw();
    }
    int[] lotsOfTenth = new int[10];
    for (int i = 0; i < 100; i++) {
      lotsOfTenth[(int) ((Integer.toUnsignedLong(draw()) * 10) >>> 32)]++;
    }
    assertThat(Arrays.stream(lotsOfTenth)).allMatch(count -> count >= 9 && count <= 11);
  }

  @Test
  void noTwoOfManySandboxesHaveTheSameLot() {
    int[] lots = new int[100_000];
    Arrays.setAll(lots, i -> draw());
    assertThat(Arrays.stream(lots).distinct()).hasSize(lots.length);
  }
}

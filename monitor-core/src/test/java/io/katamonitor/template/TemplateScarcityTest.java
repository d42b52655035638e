package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.merge.KataNames;
import org.junit.jupiter.api.Test;

/** {@link TemplateCache} with little memory left. */
class TemplateScarcityTest {
  private final MemoryAccount templates = new MemoryAccount("templates", 4 << 20);
  private final TemplateCache cache =
      new TemplateCache(
          new KataNames(false, name -> true), templates, new MemoryAccount("segments", 6 << 20));

  @Test
  void aBodyLearnsASixtyFourthOfWhatIsFreeWhereThatIsLessThanHalf() throws Exception {
    assertThat(cache.canLearn(256 * 1024 - 1)).isTrue();
    assertThat(cache.canLearn(256 * 1024)).isFalse();
    templates.charge((2 << 20) + 64);
    assertThat(cache.canLearn(32 * 1024 - 2)).isTrue();
    assertThat(cache.canLearn(32 * 1024)).isFalse();
    templates.release((2 << 20) + 64);
  }

  @Test
  void aSetThatBodiesReferToIsNotReplaced() throws MemoryExhaustedException {
    templates.charge(4 << 20);
    var held = cache.current();
    held.retain();
    cache.beginScrape();
    assertThat(cache.current()).isSameAs(held);

    held.release();
    cache.beginScrape();
    assertThat(cache.current()).isNotSameAs(held);
    templates.release(4 << 20);
  }
}

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
  void setThatBodiesReferToIsNotReplaced() throws MemoryExhaustedException {
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

  @Test
  void dissimilarBodiesLeaveMemoryForDerivedTemplates() throws Exception {
    var node = new LearningNode(1 << 16);
    var honest = node.decode("# TYPE kata_honest gauge\nkata_honest 1\n");
    for (int i = 0; i < 1000; i++) {
      // Of two sandboxes, as bodies usually have something in common.
      node.decodeOfAnother(LearningNode.gauge("kata_" + i, 20, 1)).release();
      node.decodeOfAnother(LearningNode.gauge("kata_" + i, 20, 1)).release();
    }

    assertThat(node.cache.canAttach(honest.template(0))).isTrue();
    assertThat(node.cache.attach(honest.template(0), () -> 1 << 14)).isTrue();
    assertThat(node.templates.freeBytes()).isLessThan(1 << 13);
    assertThat(node.cache.canAttach(honest.template(0))).isTrue();
    node.templates.charge(node.templates.freeBytes());
    assertThat(node.cache.canAttach(honest.template(0))).isFalse();
    node.templates.release(1);
    honest.release();
  }

  /** max-shim-samples, each in a family of its own, where the accounts have their default sizes. */
  @Test
  void bodyOfAsManyFamiliesAsSamplesAreAllowedIsAccepted() throws Exception {
    var node = new LearningNode(4 << 20, 6 << 20);
    for (int round = 0; round < 3; round++) {
      var text = new StringBuilder();
      for (int i = 0; i < 5000; i++) {
        var name = "kata_family_of_its_own_with_an_ordinary_name_" + round + "_" + i;
        text.append("# TYPE ").append(name).append(" gauge\n").append(name).append(" 1\n");
      }
      var body = node.decode(text.toString());

      assertThat(body.counts().samples()).isEqualTo(5000);
      assertThat(body.segments()).isEqualTo(5000);
      body.release();
    }
    assertThat(node.bodies.usedBytes()).isZero();
  }
}

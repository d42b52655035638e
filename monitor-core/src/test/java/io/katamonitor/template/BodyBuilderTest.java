package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BodyBuilderTest {
  private final LearningNode node = new LearningNode();
  private final FamilyTemplate template =
      new FamilyTemplate(new Family("kata_x", LearningNode.NAMES, 0), FamilyType.GAUGE, null);

  @Test
  void buildsABodyOfItsSegmentsValuesAndCounts() throws Exception {
    var builder = new BodyBuilder(null, node.bodies, node.store);
    builder.values().append(new byte[] {'1', '\n', '2', '\n'}, 0, 4);
    for (int i = 0; i < 200; i++) {
      builder.addSegment(template, i, i + 1, i == 7);
    }
    builder.countSamples(9);
    builder.countBytes(70);
    builder.countDropped(DropReason.FOREIGN);
    builder.countDropped(DropReason.FOREIGN);
    builder.countDropped(SampleDropReason.NAME);
    assertThat(builder.bytesHeld()).isEqualTo(2048 + 200 * 24);

    var body = builder.build();

    assertThat(body.segments()).isEqualTo(200);
    assertThat(body.template(199)).isSameAs(template);
    assertThat(body.start(199)).isEqualTo(199);
    assertThat(body.extent(199)).isEqualTo(200);
    assertThat(body.hasTimestamps(7)).isTrue();
    assertThat(body.hasTimestamps(8)).isFalse();
    assertThat(body.counts())
        .isEqualTo(
            new DecodedBody.Counts(
                70, 9, Map.of(DropReason.FOREIGN, 2), Map.of(SampleDropReason.NAME, 1)));
  }

  @Test
  void releasesItsMemoryWhenItIsDiscarded() throws Exception {
    var set = new TemplateSet(LearningNode.NAMES, node.templates);
    var builder = new BodyBuilder(set, node.bodies, node.store);
    builder.values().append(new byte[5], 0, 5);
    builder.charge(1000);
    set.release();
    assertThat(set.isHeldOnce()).isTrue();

    builder.discard();

    assertThat(node.bodies.usedBytes()).isZero();
    assertThat(node.store.bytesInUse()).isZero();
    assertThat(set.isHeldOnce()).isFalse();
  }

  @Test
  void chargesEachSegmentBeforeItGrows() throws Exception {
    var account = new MemoryAccount("bodies", 47);
    var builder = new BodyBuilder(null, account, node.store);
    builder.addSegment(template, 0, 1, false);

    assertThatThrownBy(() -> builder.addSegment(template, 0, 1, false))
        .isInstanceOf(MemoryExhaustedException.class);
    builder.discard();
    assertThat(account.usedBytes()).isZero();
  }
}
